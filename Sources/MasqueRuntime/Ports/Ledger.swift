public import MasqueModel

/// The ledger as wearing a masque needs it: money is set aside when a masque is put on, and paid when it is taken off.
///
/// Whatever is asked may be asked again with the same session and changes nothing then: after a crash or a lost answer
/// the question is repeated. Calls may come from any thread and return within the configured deadline.
public protocol Ledger: Sendable {
  /// Sets money aside. A hold that is a renewal takes the place of the one before it: there are never two, and if the one
  /// before it has fallen back, the renewal stands for itself.
  ///
  /// - Parameter hold: for what and how much.
  /// - Returns: what was set aside; the same for the same session.
  /// - Throws: why nothing was; after `unavailable` it is not known, and asking again or releasing is right.
  func place(_ hold: HoldRequest) throws(LedgerError) -> HoldReceipt

  /// Pays the lesser of the price and what was set aside, and gives the rest back.
  ///
  /// - Parameter settlement: whose hold, and the price.
  /// - Returns: what was paid; the same for the same session.
  /// - Throws: why nothing was; after `unavailable` it is not known, and asking again is right.
  func settle(_ settlement: Settlement) throws(LedgerError) -> SettlementReceipt

  /// Gives back all that was set aside for a session. There is nothing to do for one that has no open hold, and none can
  /// be placed for it later.
  ///
  /// - Parameter hold: what was asked for.
  /// - Throws: why it is not known whether that is so.
  func release(_ hold: HoldRequest) throws(LedgerError)

  /// What accounts hold.
  ///
  /// - Parameter parties: whose.
  /// - Returns: what each holds, in the same order; nil for one that there is not. Nothing at all comes of a ledger that
  ///   keeps no accounts.
  /// - Throws: why it can't be told, for instance because payments wait to be made.
  func accounts(of parties: [AccountParty]) throws(LedgerError) -> [AccountSnapshot?]
}

extension Ledger {
  /// Nothing: there are no accounts.
  public func accounts(of parties: [AccountParty]) throws(LedgerError) -> [AccountSnapshot?] { [] }
}

/// Somebody who has an account.
public enum AccountParty: Sendable, Hashable {
  /// Who pays for masques, by the name.
  case payer(String)
  /// Who is paid for them.
  case payee(Payee)
}

/// What an account holds.
public struct AccountSnapshot: Sendable, Hashable {
  /// What is set aside to be paid.
  public var debitsPending: Amount
  /// What was paid.
  public var debitsPosted: Amount
  /// What is set aside to be received.
  public var creditsPending: Amount
  /// What was received.
  public var creditsPosted: Amount
  /// When something last moved in it, in milliseconds since 1970.
  public var milliseconds: Int64

  /// A snapshot; see the properties.
  public init(
    debitsPending: Amount, debitsPosted: Amount, creditsPending: Amount, creditsPosted: Amount, milliseconds: Int64
  ) {
    self.debitsPending = debitsPending
    self.debitsPosted = debitsPosted
    self.creditsPending = creditsPending
    self.creditsPosted = creditsPosted
    self.milliseconds = milliseconds
  }
}

/// Money to be set aside.
public struct HoldRequest: Sendable, Hashable, Codable {
  /// The wearing; the hold's identifier derives from it.
  public var session: SessionID
  /// Who pays.
  public var payer: String
  /// Who is paid.
  public var payee: Payee
  /// The masque's name.
  public var masque: String
  /// How much, at most, the wearing will cost.
  public var amount: Amount
  /// After how many seconds an unsettled hold falls back to the payer; 0 for never.
  public var timeout: UInt32
  /// How often the hold was renewed, since the wearing took longer than a hold lasts.
  public var renewal: UInt32 = 0
  /// When the masque was put on, in seconds since 1970.
  public var at: Int64

  /// A request; see the properties.
  public init(
    session: SessionID, payer: String, payee: Payee, masque: String, amount: Amount, timeout: UInt32, at: Int64
  ) {
    self.session = session
    self.payer = payer
    self.payee = payee
    self.masque = masque
    self.amount = amount
    self.timeout = timeout
    self.at = at
  }

  /// Decodes a request; `renewal` may be missing.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    session = try container.decode(SessionID.self, forKey: .session)
    payer = try container.decode(String.self, forKey: .payer)
    payee = try container.decode(Payee.self, forKey: .payee)
    masque = try container.decode(String.self, forKey: .masque)
    amount = try container.decode(Amount.self, forKey: .amount)
    timeout = try container.decode(UInt32.self, forKey: .timeout)
    renewal = try container.decodeIfPresent(UInt32.self, forKey: .renewal) ?? 0
    at = try container.decode(Int64.self, forKey: .at)
  }
}

/// Who is paid for a masque.
public enum Payee: Sendable, Hashable {
  /// The owner that the configuration names for the masque's library.
  case owner(String)
  /// Nobody yet: the earnings of this library wait for an owner. The library's name: `private`, `shipped`, or the path of
  /// its folder.
  case unclaimed(library: String)
}

extension Payee: Codable {
  private enum CodingKeys: String, CodingKey { case owner, unclaimed }

  /// Decodes `{"owner": …}` or `{"unclaimed": …}`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let owner = try container.decodeIfPresent(String.self, forKey: .owner) {
      self = .owner(owner)
    } else {
      self = .unclaimed(library: try container.decode(String.self, forKey: .unclaimed))
    }
  }

  /// Encodes `{"owner": …}` or `{"unclaimed": …}`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .owner(let owner): try container.encode(owner, forKey: .owner)
    case .unclaimed(let library): try container.encode(library, forKey: .unclaimed)
    }
  }
}

/// What was set aside.
public struct HoldReceipt: Sendable, Hashable, Codable {
  /// How much.
  public var amount: Amount
  /// Whether the ledger could not be reached, so that the hold is placed later.
  public var isDeferred: Bool

  /// A receipt; see the properties.
  public init(amount: Amount, isDeferred: Bool = false) {
    self.amount = amount
    self.isDeferred = isDeferred
  }
}

/// A price to be paid out of a hold.
public struct Settlement: Sendable, Hashable, Codable {
  /// The hold.
  public var hold: HoldRequest
  /// The price.
  public var price: Price
  /// The platform's share, in hundredths of a percent: 0 to 10,000. It is rounded down; the payee gets the rest.
  public var feeBasisPoints: Int
  /// When the wearing ended, in seconds since 1970.
  public var at: Int64

  /// A settlement; see the properties.
  public init(hold: HoldRequest, price: Price, feeBasisPoints: Int, at: Int64) {
    self.hold = hold
    self.price = price
    self.feeBasisPoints = feeBasisPoints
    self.at = at
  }
}

/// What was paid.
public struct SettlementReceipt: Sendable, Hashable, Codable {
  /// What the payer paid.
  public var paid: Amount
  /// The platform's share of it.
  public var fee: Amount
  /// Whether the ledger could not be reached, so that the payment is made later.
  public var isDeferred: Bool

  /// A receipt; see the properties.
  public init(paid: Amount, fee: Amount, isDeferred: Bool = false) {
    self.paid = paid
    self.fee = fee
    self.isDeferred = isDeferred
  }
}

/// Why the ledger did not do something.
public enum LedgerError: Error, Sendable, Hashable {
  /// The payer has too little: what is needed, and what there is to spend.
  case paymentRequired(needed: Amount, available: Amount)
  /// The ledger can't be reached, or did not answer in time; why, and how to mend it.
  case unavailable(String)
  /// The ledger refuses, or is damaged; why, and how to mend it.
  case failed(String)
}

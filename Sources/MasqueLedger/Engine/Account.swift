/// An account of a ledger. Its layout in memory is the one that TigerBeetle's client takes and gives: 128 bytes, aligned
/// to 16.
public struct Account: Sendable, Hashable, BitwiseCopyable {
  /// What identifies it: neither 0 nor all ones.
  public var id: UInt128
  /// The sum of the open holds that debit it.
  public var debitsPending: UInt128
  /// The sum of what has debited it.
  public var debitsPosted: UInt128
  /// The sum of the open holds that credit it.
  public var creditsPending: UInt128
  /// The sum of what has credited it.
  public var creditsPosted: UInt128
  /// Anything.
  public var userData128: UInt128
  /// Anything.
  public var userData64: UInt64
  /// Anything.
  public var userData32: UInt32
  /// Always 0.
  var reserved: UInt32
  /// The ledger that it belongs to; only accounts of one ledger deal with each other. Not 0.
  public var ledger: UInt32
  /// Its kind. Not 0.
  public var code: UInt16
  /// What is special about it.
  public var flags: AccountFlags
  /// When it was created, in nanoseconds since 1970; given by the engine, and 0 until then.
  public var timestamp: UInt64

  /// An account that is to be created.
  ///
  /// - Parameters:
  ///   - id: what identifies it.
  ///   - ledger: the ledger that it belongs to.
  ///   - code: its kind.
  ///   - flags: what is special about it.
  public init(id: UInt128, ledger: UInt32, code: UInt16, flags: AccountFlags = []) {
    (self.id, self.ledger, self.code, self.flags) = (id, ledger, code, flags)
    (debitsPending, debitsPosted, creditsPending, creditsPosted) = (0, 0, 0, 0)
    (userData128, userData64, userData32, reserved, timestamp) = (0, 0, 0, 0, 0)
  }
}

/// What is special about an account.
public struct AccountFlags: OptionSet, Sendable, Hashable, BitwiseCopyable {
  /// The bits.
  public var rawValue: UInt16

  /// Flags; see the constants.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The next event of the request and this one are created both or not at all.
  public static let linked = AccountFlags(rawValue: 1)
  /// Nothing may debit it beyond its posted credits, open holds included.
  public static let debitsMustNotExceedCredits = AccountFlags(rawValue: 2)
  /// Nothing may credit it beyond its posted debits, open holds included.
  public static let creditsMustNotExceedDebits = AccountFlags(rawValue: 4)
  /// Its balance after each transfer is kept.
  public static let history = AccountFlags(rawValue: 8)
  /// Nothing moves in it but the voiding of holds.
  public static let closed = AccountFlags(rawValue: 32)

  static let known: AccountFlags = [
    .linked, .debitsMustNotExceedCredits, .creditsMustNotExceedDebits, .history, .closed,
  ]
}

/// An account's balance after a transfer. Laid out as TigerBeetle's client gives it: 128 bytes, aligned to 16.
public struct AccountBalance: Sendable, Hashable, BitwiseCopyable {
  /// The sum of the open holds that debit it.
  public var debitsPending: UInt128
  /// The sum of what has debited it.
  public var debitsPosted: UInt128
  /// The sum of the open holds that credit it.
  public var creditsPending: UInt128
  /// The sum of what has credited it.
  public var creditsPosted: UInt128
  /// The transfer's.
  public var timestamp: UInt64
  // 56 bytes that mean nothing; with them the stride is that of the client's array.
  private var reserved: UInt64 = 0
  private var reserved1: UInt128 = 0
  private var reserved2: UInt128 = 0
  private var reserved3: UInt128 = 0

  /// A balance; see the properties.
  public init(
    debitsPending: UInt128, debitsPosted: UInt128, creditsPending: UInt128, creditsPosted: UInt128, timestamp: UInt64
  ) {
    self.debitsPending = debitsPending
    self.debitsPosted = debitsPosted
    self.creditsPending = creditsPending
    self.creditsPosted = creditsPosted
    self.timestamp = timestamp
  }

  /// Whether all that means something is equal.
  public static func == (a: AccountBalance, b: AccountBalance) -> Bool {
    a.debitsPending == b.debitsPending && a.debitsPosted == b.debitsPosted && a.creditsPending == b.creditsPending
      && a.creditsPosted == b.creditsPosted && a.timestamp == b.timestamp
  }

  /// Hashes all that means something.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(debitsPending)
    hasher.combine(debitsPosted)
    hasher.combine(creditsPending)
    hasher.combine(creditsPosted)
    hasher.combine(timestamp)
  }
}

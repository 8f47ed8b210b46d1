/// What keeps a ledger: accounts, transfers between them, holds. The meaning is TigerBeetle's; every engine gives the same
/// results for the same requests, and one suite of conformance tests runs on each.
///
/// A request is done as a whole or, when an error is thrown, it is not known whether it was done: the same events sent again
/// give `exists` for what was created and create the rest. Calls may come from any thread; they return within the engine's
/// deadline.
public protocol LedgerEngine: Sendable {
  /// How many events one request may have, and how many results a query gives at the most.
  var maximumBatch: Int { get }

  /// Creates accounts.
  ///
  /// - Parameter accounts: in the order in which they are created; balances and timestamps are 0.
  /// - Returns: what came of each, in the same order.
  /// - Throws: why nothing is known about any of them.
  func createAccounts(_ accounts: [Account]) throws(EngineError) -> [CreateAccountResult]

  /// Creates transfers.
  ///
  /// - Parameter transfers: in the order in which they are created; timestamps are 0.
  /// - Returns: what came of each, in the same order.
  /// - Throws: why nothing is known about any of them.
  func createTransfers(_ transfers: [Transfer]) throws(EngineError) -> [CreateTransferResult]

  /// Finds accounts.
  ///
  /// - Parameter ids: which.
  /// - Returns: those that there are, in the same order.
  /// - Throws: why it can't be told.
  func accounts(_ ids: [UInt128]) throws(EngineError) -> [Account]

  /// Finds transfers.
  ///
  /// - Parameter ids: which.
  /// - Returns: those that there are, in the same order.
  /// - Throws: why it can't be told.
  func transfers(_ ids: [UInt128]) throws(EngineError) -> [Transfer]

  /// The transfers of an account, by their timestamps.
  ///
  /// - Parameter filter: which. One that can't be meant, such as one without a limit, gives nothing.
  /// - Returns: at most as many as the filter and `maximumBatch` allow.
  /// - Throws: why it can't be told.
  func transfers(of filter: AccountFilter) throws(EngineError) -> [Transfer]

  /// The balances of an account after its transfers, by their timestamps; nothing for an account without `history`.
  ///
  /// - Parameter filter: after which transfers.
  /// - Returns: at most as many as the filter and `maximumBatch` allow.
  /// - Throws: why it can't be told.
  func balances(of filter: AccountFilter) throws(EngineError) -> [AccountBalance]

  /// Accounts by what they have in common, by their timestamps.
  ///
  /// - Parameter filter: which.
  /// - Returns: at most as many as the filter and `maximumBatch` allow.
  /// - Throws: why it can't be told.
  func queryAccounts(_ filter: QueryFilter) throws(EngineError) -> [Account]

  /// Transfers by what they have in common, by their timestamps.
  ///
  /// - Parameter filter: which.
  /// - Returns: at most as many as the filter and `maximumBatch` allow.
  /// - Throws: why it can't be told.
  func queryTransfers(_ filter: QueryFilter) throws(EngineError) -> [Transfer]
}

/// What came of an account that was to be created. 16 bytes, as TigerBeetle's client gives it.
public struct CreateAccountResult: Sendable, Hashable, BitwiseCopyable {
  /// When the account was created, or when the request was looked at.
  public var timestamp: UInt64
  /// What came of it.
  public var status: AccountStatus
  private var reserved: UInt32 = 0

  /// A result; see the properties.
  public init(_ status: AccountStatus, timestamp: UInt64) {
    self.timestamp = timestamp
    self.status = status
  }
}

/// What came of a transfer that was to be created. 16 bytes, as TigerBeetle's client gives it.
public struct CreateTransferResult: Sendable, Hashable, BitwiseCopyable {
  /// When the transfer was created, or when the request was looked at.
  public var timestamp: UInt64
  /// What came of it.
  public var status: TransferStatus
  private var reserved: UInt32 = 0

  /// A result; see the properties.
  public init(_ status: TransferStatus, timestamp: UInt64) {
    self.timestamp = timestamp
    self.status = status
  }
}

/// Which transfers of an account are wanted. What is 0 is not looked at.
public struct AccountFilter: Sendable, Hashable {
  /// The account.
  public var accountID: UInt128
  /// Only those with this.
  public var userData128: UInt128 = 0
  /// Only those with this.
  public var userData64: UInt64 = 0
  /// Only those with this.
  public var userData32: UInt32 = 0
  /// Only those of this kind.
  public var code: UInt16 = 0
  /// Only those from then on.
  public var timestampMin: UInt64 = 0
  /// Only those until then.
  public var timestampMax: UInt64 = 0
  /// At most so many. Not 0.
  public var limit: UInt32
  /// Whether those count that debit the account.
  public var debits = true
  /// Whether those count that credit the account.
  public var credits = true
  /// Whether the latest come first.
  public var reversed = false

  /// A filter; see the properties.
  public init(accountID: UInt128, limit: UInt32 = .max) {
    self.accountID = accountID
    self.limit = limit
  }

  var isValid: Bool {
    accountID != 0 && accountID != .max && limit != 0 && (debits || credits)
      && isRange(timestampMin, timestampMax)
  }
}

/// Which accounts or transfers are wanted. What is 0 is not looked at.
public struct QueryFilter: Sendable, Hashable {
  /// Only those with this.
  public var userData128: UInt128 = 0
  /// Only those with this.
  public var userData64: UInt64 = 0
  /// Only those with this.
  public var userData32: UInt32 = 0
  /// Only those of this ledger.
  public var ledger: UInt32 = 0
  /// Only those of this kind.
  public var code: UInt16 = 0
  /// Only those from then on.
  public var timestampMin: UInt64 = 0
  /// Only those until then.
  public var timestampMax: UInt64 = 0
  /// At most so many. Not 0.
  public var limit: UInt32
  /// Whether the latest come first.
  public var reversed = false

  /// A filter; see the properties.
  public init(limit: UInt32 = .max) { self.limit = limit }

  var isValid: Bool { limit != 0 && isRange(timestampMin, timestampMax) }
}

/// The greatest timestamp that there is: 63 bits.
let maximumTimestamp = UInt64.max >> 1

private func isRange(_ minimum: UInt64, _ maximum: UInt64) -> Bool {
  minimum <= maximumTimestamp && maximum <= maximumTimestamp && (maximum == 0 || minimum <= maximum)
}

/// Why an engine did not answer.
public enum EngineError: Error, Sendable, Hashable, CustomStringConvertible {
  /// It can't be reached, is busy, or did not answer in time: it is not known whether the request was done, and sending it
  /// again is right. Why, and how to mend it; no final full stop.
  case unavailable(String)
  /// It refuses, or is damaged: sending it again does not help. Why, and how to mend it; no final full stop.
  case failed(String)

  /// Why, and how to mend it.
  public var description: String {
    switch self {
    case .unavailable(let message), .failed(let message): message
    }
  }
}

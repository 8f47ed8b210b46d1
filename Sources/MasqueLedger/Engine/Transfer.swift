/// A movement of money from one account to another. Its layout in memory is the one that TigerBeetle's client takes and
/// gives: 128 bytes, aligned to 16. Transfers are never changed and never deleted.
public struct Transfer: Sendable, Hashable, BitwiseCopyable {
  /// What identifies it, among transfers: neither 0 nor all ones. The same transfer sent again changes nothing.
  public var id: UInt128
  /// The account that pays. Of a transfer that ends a hold, 0 stands for the hold's.
  public var debitAccountID: UInt128
  /// The account that is paid. Of a transfer that ends a hold, 0 stands for the hold's.
  public var creditAccountID: UInt128
  /// How much. Of a transfer that posts a hold, all ones stand for all of it; of one that voids a hold, 0 does.
  public var amount: UInt128
  /// The hold that this transfer ends; 0 for none.
  public var pendingID: UInt128
  /// Anything.
  public var userData128: UInt128
  /// Anything.
  public var userData64: UInt64
  /// Anything.
  public var userData32: UInt32
  /// After how many seconds a hold falls back by itself; 0 for never.
  public var timeout: UInt32
  /// The ledger of both accounts.
  public var ledger: UInt32
  /// The transfer's kind. Not 0.
  public var code: UInt16
  /// What is special about it.
  public var flags: TransferFlags
  /// When it was created, in nanoseconds since 1970; given by the engine, and 0 until then.
  public var timestamp: UInt64

  /// A transfer that is to be created.
  ///
  /// - Parameters:
  ///   - id: what identifies it.
  ///   - debit: the account that pays.
  ///   - credit: the account that is paid.
  ///   - amount: how much.
  ///   - ledger: the ledger of both.
  ///   - code: its kind.
  ///   - flags: what is special about it.
  ///   - pendingID: the hold that it ends.
  ///   - timeout: after how many seconds a hold falls back.
  public init(
    id: UInt128, debit: UInt128 = 0, credit: UInt128 = 0, amount: UInt128, ledger: UInt32, code: UInt16,
    flags: TransferFlags = [], pendingID: UInt128 = 0, timeout: UInt32 = 0
  ) {
    (self.id, debitAccountID, creditAccountID, self.amount) = (id, debit, credit, amount)
    (self.ledger, self.code, self.flags, self.pendingID, self.timeout) = (ledger, code, flags, pendingID, timeout)
    (userData128, userData64, userData32, timestamp) = (0, 0, 0, 0)
  }
}

/// What is special about a transfer.
public struct TransferFlags: OptionSet, Sendable, Hashable, BitwiseCopyable {
  /// The bits.
  public var rawValue: UInt16

  /// Flags; see the constants.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The next event of the request and this one are created both or not at all.
  public static let linked = TransferFlags(rawValue: 1)
  /// A hold: the amount is set aside until a transfer posts or voids it, or it expires.
  public static let pending = TransferFlags(rawValue: 2)
  /// Moves what a hold has set aside, or a part of it; the rest falls back.
  public static let postPending = TransferFlags(rawValue: 4)
  /// Gives back what a hold has set aside.
  public static let voidPending = TransferFlags(rawValue: 8)
  /// Moves at most what the debited account has left.
  public static let balancingDebit = TransferFlags(rawValue: 16)
  /// Moves at most what the credited account lacks.
  public static let balancingCredit = TransferFlags(rawValue: 32)
  /// Closes the debited account; of holds alone, and undone when they are voided or expire.
  public static let closingDebit = TransferFlags(rawValue: 64)
  /// Closes the credited account; of holds alone, and undone when they are voided or expire.
  public static let closingCredit = TransferFlags(rawValue: 128)

  static let known: TransferFlags = [
    .linked, .pending, .postPending, .voidPending, .balancingDebit, .balancingCredit, .closingDebit, .closingCredit,
  ]
}

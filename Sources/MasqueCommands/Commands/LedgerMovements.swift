import JSON

/// What a movement of money into or out of the ledger gives.
public struct LedgerMovement: Encodable, Sendable, Hashable {
  /// The account.
  public var account: String
  /// The currency of every amount.
  public var currency = "USD"
  /// How much has moved.
  public var amount: String
  /// The account's balance after it.
  public var balance: String
  /// What has moved to the account first, from libraries without an owner.
  public var claimed: String
  /// What it is called outside.
  @Nullable public var reference: String?
  /// The transfer.
  public var transfer: String
  /// Whether it has moved now, and not before under the same reference.
  public var changed: Bool

  /// A movement; see the properties.
  public init(
    account: String, amount: String, balance: String, claimed: String = "0.00", reference: String?, transfer: String,
    changed: Bool
  ) {
    self.account = account
    self.amount = amount
    self.balance = balance
    self.claimed = claimed
    self.transfer = transfer
    self.changed = changed
    self.reference = reference
  }

  static let fields = [
    LedgerShapes.account, LedgerShapes.currency, ValueField("amount", .string, "How much has moved."),
    ValueField("balance", .string, "The account's balance after it."),
    ValueField("claimed", .string, "What has come to the account first, from libraries that had no owner before."),
    ValueField("reference", .nullable(.string), "What it is called outside this ledger."),
    ValueField("transfer", .string, "The transfer's identifier: 32 hexadecimal digits."),
    ValueField("changed", .boolean, "Whether it has moved now; false if it has moved before under the same reference."),
  ]
}

/// `ledger.deposit`: money comes in. The contract; whoever has the ledger implements it.
public enum LedgerDepositCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// How much.
    public var amount: String
    /// Whose money it is.
    public var `operator`: String?
    /// What it is called outside.
    public var reference: String?
  }

  /// What it gives.
  public typealias Result = LedgerMovement

  public static let description = CommandDescription(
    "ledger.deposit", title: "Deposit Money",
    summary: "Writes down that an operator has paid money in, which can be spent from then on.",
    discussion: """
      With a reference, such as the number of an invoice, the same deposit can be written down again and counts once.
      """,
    parameters: [
      CommandParameter(
        "amount", .string, isRequired: true, isPositional: true,
        "How much, in US dollars: a decimal number of at most six places, `20` or `0.05`."),
      CommandParameter("operator", .string, "The operator's name. Your own if not given."),
      CommandParameter("reference", .string, "What the payment is called outside this ledger."),
    ],
    result: LedgerMovement.fields, hasEffects: true,
    examples: [CommandExample("Twenty dollars.", ["amount": "20", "reference": "invoice 2026-114"])])
}

/// `ledger.settle`: an author is paid out. The contract; whoever has the ledger implements it.
public enum LedgerSettleCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// Who is paid.
    public var author: String
    /// How much; all there is if not given.
    public var amount: String?
    /// What the payment is called outside.
    public var reference: String?
  }

  /// What it gives.
  public typealias Result = LedgerMovement

  public static let description = CommandDescription(
    "ledger.settle", title: "Pay an Author Out",
    summary: "Writes down that an author was paid what the masques have earned.",
    discussion: """
      The payment itself happens outside: give its number as the reference. With the same reference it can be written down \
      again and counts once. Earnings that wait for the owner of a library come to the author first, if the configuration \
      names the author as its owner.
      """,
    parameters: [
      CommandParameter("author", .string, isRequired: true, isPositional: true, "The author's name."),
      CommandParameter("amount", .string, "How much, in US dollars. All there is if not given."),
      CommandParameter("reference", .string, "What the payment is called outside this ledger."),
    ],
    result: LedgerMovement.fields, hasEffects: true,
    examples: [CommandExample("All that an author has.", ["author": "grace", "reference": "transfer 88213"])])
}

import JSON

/// `ledger.balance`: what accounts have. The contract; whoever has the ledger implements it.
public enum LedgerBalanceCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// The account; the operator's own if not given.
    public var account: String?
    /// Whether every account is wanted.
    public var all: Bool?
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// Where the ledger is.
    public var engine: String
    /// The currency of every amount.
    public var currency = "USD"
    /// The accounts.
    public var accounts: [AccountBalanceLine]
    /// What waits to be posted.
    public var deferred: [String]

    /// A result; see the properties.
    public init(engine: String, accounts: [AccountBalanceLine], deferred: [String]) {
      self.engine = engine
      self.accounts = accounts
      self.deferred = deferred
    }
  }

  public static let description = CommandDescription(
    "ledger.balance", title: "Show Ledger Balances",
    summary: "Tells what an account has, and what of it is set aside.",
    discussion: """
      Accounts are named by what their holder is and the holder's name: `operator:ada`, `author:grace`, \
      `unclaimed:private`, `treasury`, `fees`. What an author has is what has not been paid out. The treasury's balance is \
      negative by as much as has been deposited and not paid out: all balances together are 0.
      """,
    parameters: [
      CommandParameter(
        "account", .string, isPositional: true,
        "The account, as `operator:NAME`, `author:NAME`, `unclaimed:LIBRARY`, `treasury` or `fees`. Your own if not given."
      ),
      CommandParameter("all", .boolean, "Whether every account is wanted."),
    ],
    result: [
      ValueField("engine", LedgerShapes.engine, "Where the ledger is."), LedgerShapes.currency,
      ValueField("accounts", .array(.object(AccountBalanceLine.fields)), "The accounts, by their names."),
      LedgerShapes.deferred,
    ],
    examples: [CommandExample("Your own account.", [:]), CommandExample("All of them.", ["all": true])])
}

/// An account with its balance.
public struct AccountBalanceLine: Encodable, Sendable, Hashable {
  /// The account.
  public var account: String
  /// What has come in less what has gone out, with its sign.
  public var balance: String
  /// What is set aside of it.
  public var held: String
  /// What is left to be spent; null for accounts that may be overdrawn.
  @Nullable public var available: String?
  /// What others have set aside for it.
  public var expected: String

  /// A line; see the properties.
  public init(account: String, balance: String, held: String, available: String?, expected: String) {
    self.account = account
    self.balance = balance
    self.held = held
    self.available = available
    self.expected = expected
  }

  static let fields = [
    ValueField("account", .string, "The account."),
    ValueField("balance", .string, "What has come in less what has gone out: a decimal number with its sign."),
    ValueField("held", .string, "What is set aside of it."),
    ValueField("available", .nullable(.string), "What is left to be spent; null for an account that may be overdrawn."),
    ValueField("expected", .string, "What others have set aside for it."),
  ]
}

/// What results of several commands have in common.
enum LedgerShapes {
  static let engine = ValueShape.choice([
    .init("sqlite", "One file, `ledger.db` in `${MASQUES_HOME}`."), .init("tigerbeetle", "A TigerBeetle cluster."),
  ])
  static let currency = ValueField(
    "currency", .choice([.init("USD", "US dollars.")]),
    "The currency of every amount. Amounts are decimal numbers of at most six places, as texts: JSON's numbers are no money."
  )
  static let deferred = ValueField(
    "deferred", .array(.string),
    "What waits to be posted because the ledger could not be reached, or the money is missing.")
  static let account = ValueField("account", .string, "The account.")
}

/// `ledger.statement`: what has moved in an account. The contract; whoever has the ledger implements it.
public enum LedgerStatementCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// The account; the operator's own if not given.
    public var account: String?
    /// From when on.
    public var since: String?
    /// How many lines at most.
    public var limit: Int?
    /// Where the last page ended.
    public var cursor: String?
    /// Whether the newest come first.
    public var newestFirst: Bool?
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// The account.
    public var account: String
    /// The currency of every amount.
    public var currency = "USD"
    /// What has moved.
    public var lines: [Line]
    /// Where the next page begins.
    @Nullable public var next: String?

    /// A result; see the properties.
    public init(account: String, lines: [Line], next: String?) {
      self.account = account
      self.lines = lines
      self.next = next
    }
  }

  /// A line of a statement.
  public struct Line: Encodable, Sendable, Hashable {
    /// When.
    public var at: String
    /// What kind of movement.
    public var kind: String
    /// The other side.
    public var counterparty: String
    /// How much, with its sign.
    public var amount: String
    /// The balance after it.
    @Nullable public var balance: String?
    /// What is set aside after it.
    @Nullable public var held: String?
    /// The masque.
    public var masque: String?
    /// The wearing.
    public var session: String?
    /// What it was called outside.
    public var reference: String?
    /// How the amount came about.
    public var explanation: String
    /// The transfer.
    public var transfer: String

    /// A line; see the properties.
    public init(
      at: String, kind: String, counterparty: String, amount: String, balance: String?, held: String?, masque: String?,
      session: String?, reference: String?, explanation: String, transfer: String
    ) {
      self.at = at
      self.kind = kind
      self.counterparty = counterparty
      self.amount = amount
      self.masque = masque
      self.session = session
      self.reference = reference
      self.explanation = explanation
      self.transfer = transfer
      self.balance = balance
      self.held = held
    }
  }

  public static let description = CommandDescription(
    "ledger.statement", title: "Show a Ledger Statement",
    summary: "Lists what has moved in an account, with the balance after each line and how each price came about.",
    discussion: """
      Money that comes in has a plus sign, money that goes out a minus sign. Setting money aside moves nothing yet: its line \
      has no sign, and what is held after it says how much is set aside altogether. Each page ends with a cursor for the next.
      """,
    parameters: [
      CommandParameter(
        "account", .string, isPositional: true,
        "The account, as `operator:NAME`, `author:NAME`, `unclaimed:LIBRARY`, `treasury` or `fees`. Your own if not given."
      ),
      CommandParameter("since", .string, "From when on: a day, `2026-11-01`, or a moment, `2026-11-01T12:00:00Z`."),
      CommandParameter("limit", .integer(minimum: 1), "How many lines at most, up to 1,000. 100 if not given."),
      CommandParameter("cursor", .string, "Where the last page ended: its `next`."),
      CommandParameter("newestFirst", .boolean, "Whether the newest come first."),
    ],
    result: [
      LedgerShapes.account, LedgerShapes.currency,
      ValueField(
        "lines",
        .array(
          .object([
            ValueField("at", .string, "When, as RFC 3339 writes it."),
            ValueField(
              "kind",
              .choice([
                .init("deposit", "Money comes in from outside."), .init("hold", "Money is set aside for a wearing."),
                .init("payment", "A wearing is paid for."), .init("release", "What was set aside is given back."),
                .init("fee", "The platform's share of a payment."), .init("settlement", "An author is paid out."),
                .init("claim", "Earnings of a library find their owner."),
                .init("opening", "The balance that this ledger began with."), .init("other", "Something else."),
              ]), "What kind of movement it is."),
            ValueField("counterparty", .string, "The account on the other side."),
            ValueField(
              "amount", .string, "How much: with a plus or minus sign, or without one where nothing has moved yet."),
            ValueField("balance", .nullable(.string), "The balance after it; null where the ledger keeps none."),
            ValueField("held", .nullable(.string), "What is set aside after it; null where the ledger keeps none."),
            ValueField("masque", .string, isRequired: false, "The masque that was worn."),
            ValueField("session", .string, isRequired: false, "The wearing."),
            ValueField("reference", .string, isRequired: false, "What it is called outside this ledger."),
            ValueField("explanation", .string, "How the amount came about."),
            ValueField("transfer", .string, "The transfer's identifier: 32 hexadecimal digits."),
          ])), "What has moved."),
      ValueField("next", .nullable(.string), "The cursor of the next page; null for the last one."),
    ],
    examples: [
      CommandExample("Your own account.", [:]),
      CommandExample("An author's, from a day on.", ["account": "author:grace", "since": "2026-11-01"]),
    ])
}

/// `ledger.earnings`: what authors have earned. The contract; whoever has the ledger implements it.
public enum LedgerEarningsCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// The author; everybody if not given.
    public var author: String?
    /// From when on.
    public var since: String?
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// The currency of every amount.
    public var currency = "USD"
    /// What each masque has earned in each month.
    public var rows: [Row]
    /// What each author has.
    public var authors: [Author]

    /// A result; see the properties.
    public init(rows: [Row], authors: [Author]) {
      self.rows = rows
      self.authors = authors
    }
  }

  /// What a masque has earned in a month.
  public struct Row: Encodable, Sendable, Hashable {
    /// Whose it is.
    public var account: String
    /// The masque.
    public var masque: String
    /// The month, in UTC.
    public var month: String
    /// How many wearings were paid.
    public var wearings: Int
    /// What was paid.
    public var gross: String
    /// The platform's share of it.
    public var fees: String
    /// The author's share.
    public var net: String

    /// A row; see the properties.
    public init(
      account: String, masque: String, month: String, wearings: Int, gross: String, fees: String, net: String
    ) {
      self.account = account
      self.masque = masque
      self.month = month
      self.wearings = wearings
      self.gross = gross
      self.fees = fees
      self.net = net
    }
  }

  /// What an author has.
  public struct Author: Encodable, Sendable, Hashable {
    /// The account.
    public var account: String
    /// What was earned in the time looked at, less the platform's share.
    public var net: String
    /// What has not been paid out.
    public var balance: String
    /// What is set aside for the author by masques that are worn.
    public var expected: String

    /// An author; see the properties.
    public init(account: String, net: String, balance: String, expected: String) {
      self.account = account
      self.net = net
      self.balance = balance
      self.expected = expected
    }
  }

  public static let description = CommandDescription(
    "ledger.earnings", title: "Show an Author's Earnings",
    summary: "Tells what authors have earned, by masque and by month.",
    discussion: """
      Months are those of UTC. The earnings of a library without an owner wait in an account `unclaimed:LIBRARY`; they go to \
      its owner when one is configured and `ledger settle` is called for them.
      """,
    parameters: [
      CommandParameter("author", .string, isPositional: true, "The author's name. Everybody if not given."),
      CommandParameter("since", .string, "From when on: a day, `2026-11-01`, or a moment, `2026-11-01T12:00:00Z`."),
    ],
    result: [
      LedgerShapes.currency,
      ValueField(
        "rows",
        .array(
          .object([
            LedgerShapes.account, ValueField("masque", .string, "The masque; empty where it is not known."),
            ValueField("month", .string, "The month: `2026-11`."),
            ValueField("wearings", .integer(minimum: 0), "How many wearings were paid."),
            ValueField("gross", .string, "What was paid."), ValueField("fees", .string, "The platform's share of it."),
            ValueField("net", .string, "The author's share of it."),
          ])), "What each masque has earned in each month, by account, month and masque."),
      ValueField(
        "authors",
        .array(
          .object([
            LedgerShapes.account, ValueField("net", .string, "What was earned in the time looked at."),
            ValueField("balance", .string, "What has not been paid out."),
            ValueField("expected", .string, "What is set aside for the author by masques that are worn."),
          ])), "What each author has."),
    ],
    examples: [CommandExample("Everybody's.", [:]), CommandExample("One author's.", ["author": "grace"])])
}

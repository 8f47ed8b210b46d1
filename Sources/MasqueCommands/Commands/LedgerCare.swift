import JSON

/// `ledger.verify`: whether the ledger is right. The contract; whoever has the ledger implements it.
public enum LedgerVerifyCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {}

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// Where the ledger is.
    public var engine: String
    /// Whether everything is right.
    public var ok: Bool
    /// What was looked at.
    public var checks: [Check]
    /// How much there was to be looked at.
    public var counts: Counts
    /// Wearings whose hold has fallen back unpaid.
    public var expired: [Hold]
    /// What waits to be posted.
    public var deferred: [String]

    /// A result; see the properties.
    public init(engine: String, checks: [Check], counts: Counts, expired: [Hold], deferred: [String]) {
      self.engine = engine
      ok = checks.allSatisfy(\.ok)
      self.checks = checks
      self.counts = counts
      self.expired = expired
      self.deferred = deferred
    }
  }

  /// Something that was looked at.
  public struct Check: Encodable, Sendable, Hashable {
    /// What must hold.
    public var name: String
    /// Whether it does.
    public var ok: Bool
    /// Where it does not.
    public var problems: [String]

    /// A check.
    public init(_ name: String, problems: [String]) {
      self.name = name
      ok = problems.isEmpty
      self.problems = problems
    }
  }

  /// How much there is.
  public struct Counts: Encodable, Sendable, Hashable {
    /// Accounts.
    public var accounts = 0
    /// Transfers.
    public var transfers = 0
    /// Holds that are open.
    public var openHolds = 0

    /// Nothing.
    public init() {}
  }

  /// A hold.
  public struct Hold: Encodable, Sendable, Hashable {
    /// The wearing.
    public var session: String
    /// Who would have paid.
    public var account: String
    /// The masque.
    public var masque: String?
    /// How much was set aside.
    public var amount: String
    /// When.
    public var at: String

    /// A hold; see the properties.
    public init(session: String, account: String, masque: String?, amount: String, at: String) {
      self.session = session
      self.account = account
      self.masque = masque
      self.amount = amount
      self.at = at
    }
  }

  public static let description = CommandDescription(
    "ledger.verify", title: "Verify the Ledger",
    summary: "Reads the whole ledger and checks that it is right.",
    discussion: """
      It checks that debits and credits are equal, that every balance follows from its transfers, that nobody has spent what \
      was not there, that every hold has ended once at most, and, of a file, that its pages and the sums of its rows are whole.
      """,
    parameters: [],
    result: [
      ValueField("engine", LedgerShapes.engine, "Where the ledger is."),
      ValueField("ok", .boolean, "Whether everything is right."),
      ValueField(
        "checks",
        .array(
          .object([
            ValueField("name", .string, "What must hold."), ValueField("ok", .boolean, "Whether it does."),
            ValueField("problems", .array(.string), "Where it does not."),
          ])), "What was looked at."),
      ValueField(
        "counts",
        .object([
          ValueField("accounts", .integer(minimum: 0), "Accounts."),
          ValueField("transfers", .integer(minimum: 0), "Transfers."),
          ValueField("openHolds", .integer(minimum: 0), "Holds that are open."),
        ]), "How much there was to be looked at."),
      ValueField(
        "expired",
        .array(
          .object([
            ValueField("session", .string, "The wearing."), ValueField("account", .string, "Who would have paid."),
            ValueField("masque", .string, isRequired: false, "The masque."),
            ValueField("amount", .string, "How much was set aside."), ValueField("at", .string, "When it was."),
          ])), "Wearings that vanished: what was set aside for them has fallen back unpaid."), LedgerShapes.deferred,
    ],
    examples: [CommandExample("The ledger.", [:])])
}

/// `ledger.export`: all that the ledger knows, as lines of JSON. The contract; whoever has the ledger implements it.
public enum LedgerExportCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// The file that is written.
    public var file: String?
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// How many accounts there are.
    public var accounts: Int
    /// How many transfers there are.
    public var transfers: Int
    /// The file that was written.
    @Nullable public var file: String?
    /// The lines, where no file was named.
    public var lines: [String]

    /// A result; see the properties.
    public init(accounts: Int, transfers: Int, file: String?, lines: [String]) {
      self.accounts = accounts
      self.transfers = transfers
      self.lines = lines
      self.file = file
    }
  }

  public static let description = CommandDescription(
    "ledger.export", title: "Export the Ledger",
    summary: "Gives all accounts and transfers as lines of JSON, one object each.",
    discussion: """
      First the accounts, then the transfers, each in the order in which they were created. Identifiers are 32 hexadecimal \
      digits, amounts are decimal numbers of US dollars, and timestamps are nanoseconds since 1970, all of them as texts.
      """,
    parameters: [
      CommandParameter(
        "file", .string, "The file that is written, readable by its owner alone. The lines are given back if not given."
      )
    ],
    result: [
      ValueField("accounts", .integer(minimum: 0), "How many accounts there are."),
      ValueField("transfers", .integer(minimum: 0), "How many transfers there are."),
      ValueField("file", .nullable(.string), "The file that was written."),
      ValueField("lines", .array(.string), "The lines, where no file was named."),
    ], hasEffects: true,
    examples: [CommandExample("Into a file.", ["file": "ledger.jsonl"])])
}

/// `ledger.migrate`: the ledger moves to another engine. The contract; whoever has the ledger implements it.
public enum LedgerMigrateCommand: Command {
  /// Where it moves to.
  public enum Target: String, Decodable, Sendable, CaseIterable {
    /// A TigerBeetle cluster.
    case tigerbeetle
  }

  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// Where it moves to.
    public var to: Target
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// The currency of every amount.
    public var currency = "USD"
    /// What was moved.
    public var accounts: [Account]
    /// The file with the whole history.
    public var archive: String
    /// Whether anything was written to the cluster now.
    public var changed: Bool

    /// A result; see the properties.
    public init(accounts: [Account], archive: String, changed: Bool) {
      self.accounts = accounts
      self.archive = archive
      self.changed = changed
    }
  }

  /// An account that was moved.
  public struct Account: Encodable, Sendable, Hashable {
    /// The account.
    public var account: String
    /// Its balance, on both sides.
    public var balance: String

    /// An account; see the properties.
    public init(account: String, balance: String) {
      self.account = account
      self.balance = balance
    }
  }

  public static let description = CommandDescription(
    "ledger.migrate", title: "Move the Ledger",
    summary: "Moves the balances from the ledger's file to a TigerBeetle cluster, and keeps the history beside them.",
    discussion: """
      The configuration names the cluster's `addresses`, and `engine: sqlite` still. While masques are worn their holds are \
      open, and nothing is moved. Each account gets an opening balance in the cluster; both sides are compared afterwards. \
      It can be repeated: what is there already counts once. Then set `engine: tigerbeetle`.
      """,
    parameters: [
      CommandParameter(
        "to", .choice([.init("tigerbeetle", "A TigerBeetle cluster.")]), isRequired: true, "Where the ledger moves to.")
    ],
    result: [
      LedgerShapes.currency,
      ValueField(
        "accounts",
        .array(
          .object([
            LedgerShapes.account, ValueField("balance", .string, "Its balance, which is the same on both sides."),
          ])), "What was moved."),
      ValueField("archive", .string, "The file with the whole history, as `ledger export` writes it."),
      ValueField("changed", .boolean, "Whether anything was written to the cluster now."),
    ], hasEffects: true,
    examples: [CommandExample("To TigerBeetle.", ["to": "tigerbeetle"])])
}

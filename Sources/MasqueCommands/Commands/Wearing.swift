import JSON
import MasqueModel
public import MasqueWorkspace

/// A masque that is worn, as results tell it.
public struct WornMasque: Encodable, Sendable, Hashable {
  /// Its name.
  public var name: String
  /// Its version.
  public var version: String
  /// Its ring.
  public var ring: String
  /// Whose it is; null for one that was named by its path.
  @Nullable public var source: MasqueSource?
  /// Its file.
  public var file: String
  /// What identifies this wearing.
  public var session: String
  /// When it was put on.
  public var donnedAt: String
  /// When it comes off by itself.
  @Nullable public var expiresAt: String?
  /// What it was put on for.
  @Nullable public var intent: String?
  /// What is set aside for it, in US dollars.
  public var held: String
  /// The agent's own session.
  @Nullable public var agentSession: String?

  /// A masque; see the properties.
  public init(
    name: String, version: String, ring: String, source: MasqueSource?, file: String, session: String,
    donnedAt: String, expiresAt: String?, intent: String?, held: String, agentSession: String?
  ) {
    self.name = name
    self.version = version
    self.ring = ring
    self.source = source
    self.file = file
    self.session = session
    self.donnedAt = donnedAt
    self.expiresAt = expiresAt
    self.intent = intent
    self.held = held
    self.agentSession = agentSession
  }

  static let fields = [
    ValueField("name", .string, "Its name."), ValueField("version", .string, "Its version."),
    ValueField("ring", MasqueIdentity.ringShape, "Its ring."),
    ValueField(
      "source", .nullable(MasqueIdentity.sourceShape), "Whose it is; null for a masque that was named by its path."),
    ValueField("file", .string, "Its file: seen from the current folder where it lies in it, else absolute."),
    ValueField("session", .string, "What identifies this wearing: 32 hexadecimal digits."),
    ValueField("donnedAt", .string, "When it was put on, as RFC 3339 writes it."),
    ValueField("expiresAt", .nullable(.string), "When it comes off by itself; null for never."),
    ValueField("intent", .nullable(.string), "What it was put on for; null if nobody said."),
    ValueField("held", .string, "What is set aside for it: a decimal number of US dollars."),
    ValueField("agentSession", .nullable(.string), "The agent's own session; null if it is not known."),
  ]
}

/// A wearing that has ended, as results tell it.
public struct EndedWearing: Encodable, Sendable, Hashable {
  /// A part of a price.
  public struct Line: Encodable, Sendable, Hashable {
    /// What is counted.
    public var unit: String
    /// How many.
    public var count: Int64
    /// What one costs.
    public var rate: String
    /// What they cost.
    public var amount: String

    /// A part; see the properties.
    public init(unit: String, count: Int64, rate: String, amount: String) {
      self.unit = unit
      self.count = count
      self.rate = rate
      self.amount = amount
    }
  }

  /// A score.
  public struct Score: Encodable, Sendable, Hashable {
    /// 0 to 10.
    public var composite: Double
    /// `keep`, `review` or `doff`.
    public var recommendation: String

    /// A score; see the properties.
    public init(composite: Double, recommendation: String) {
      self.composite = composite
      self.recommendation = recommendation
    }
  }

  /// The masque's name.
  public var name: String
  /// Its version.
  public var masqueVersion: String
  /// What identifies the wearing.
  public var session: String
  /// When it began.
  public var donnedAt: String
  /// When it ended.
  public var doffedAt: String
  /// How long it was.
  public var seconds: Int64
  /// Why it ended.
  public var end: String
  /// What was set aside.
  public var held: String
  /// What it costs.
  public var price: String
  /// Why it costs that.
  public var lines: [Line]
  /// What was paid.
  @Nullable public var paid: String?
  /// The score.
  @Nullable public var score: Score?

  /// A wearing; see the properties.
  public init(
    name: String, masqueVersion: String, session: String, donnedAt: String, doffedAt: String, seconds: Int64,
    end: String, held: String, price: String, lines: [Line], paid: String?, score: Score?
  ) {
    self.name = name
    self.masqueVersion = masqueVersion
    self.session = session
    self.donnedAt = donnedAt
    self.doffedAt = doffedAt
    self.seconds = seconds
    self.end = end
    self.held = held
    self.price = price
    self.lines = lines
    self.paid = paid
    self.score = score
  }

  static let fields = [
    ValueField("name", .string, "The masque's name."), ValueField("masqueVersion", .string, "Its version."),
    ValueField("session", .string, "What identifies the wearing."),
    ValueField("donnedAt", .string, "When it began."), ValueField("doffedAt", .string, "When it ended."),
    ValueField("seconds", .integer(minimum: 0), "How long it was, in seconds."),
    ValueField(
      "end",
      .choice([
        .init("doffed", "The masque was taken off."), .init("replaced", "Another masque was put on."),
        .init("expired", "Its lifetime was over."),
      ]), "Why it ended."),
    ValueField("held", .string, "What was set aside, in US dollars."),
    ValueField("price", .string, "What it costs, in US dollars. Never more than what was set aside is paid."),
    ValueField(
      "lines",
      .array(
        .object([
          ValueField("unit", .string, "What is counted: `session`, `minute`, `tool call`, `1,000 tokens`."),
          ValueField("count", .integer(minimum: 0), "How many; tokens one by one."),
          ValueField("rate", .string, "What one unit costs."), ValueField("amount", .string, "What they cost."),
        ])), "The parts of the price."),
    ValueField(
      "paid", .nullable(.string),
      "What was paid, in US dollars; null while the ledger can't be reached: it is paid later."),
    ValueField(
      "score",
      .nullable(
        .object([
          ValueField("composite", .number, "0 to 10."),
          ValueField("recommendation", .string, "`keep`, `review` or `doff`."),
        ])), "How well the masque was worn; null without telemetry."),
  ]
}

let warningsField = ValueField(
  "warnings", .array(.string), "What else there is to know: sentences without a final full stop.")

let endedField = ValueField(
  "ended", .nullable(.object(EndedWearing.fields)), "The wearing that ended by this command; null if none did.")

/// `don`: puts a masque on. The contract; the runtime implements it.
public enum DonCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// The masque.
    public var masque: MasqueReference?
    /// The URI of its file.
    public var uri: String?
    /// What it is put on for.
    public var intent: String?

    /// Arguments; see the properties.
    public init(masque: MasqueReference? = nil, uri: String? = nil, intent: String? = nil) {
      self.masque = masque
      self.uri = uri
      self.intent = intent
    }
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// The masque that is worn now.
    public var active: WornMasque
    /// The wearing that it replaced.
    @Nullable public var ended: EndedWearing?
    /// What is printed.
    public var text: String
    /// What else there is to know.
    public var warnings: [String]

    /// A result; see the properties.
    public init(active: WornMasque, ended: EndedWearing?, text: String, warnings: [String]) {
      self.active = active
      self.ended = ended
      self.text = text
      self.warnings = warnings
    }
  }

  public static let description = CommandDescription(
    "don", title: "Don a Masque", summary: "Puts a masque on: checks that it may be worn, and prints who you are now.",
    discussion: """
      The masque must keep to the format, to its pin, and to a ring that the operator may assume. An intent that is \
      given must not be denied. Money is set aside where masques cost something. All of it happens, or nothing. Another \
      masque that is worn comes off first and is paid. A version may stand behind the name: `codesmith@1.2.0`.
      """,
    parameters: [
      CommandParameter(
        "masque", MasqueReference.shape, isPositional: true,
        "The masque: its name, its index, or the path of its file; `@x.y.z` behind it demands that version."),
      CommandParameter("uri", .string, "The URI of the masque's file, instead of `masque`. It must be saved."),
      CommandParameter(
        "intent", .string, isPositional: true, "What it is put on for, such as `implement the parser`."),
    ],
    result: [
      ValueField("active", .object(WornMasque.fields), "The masque that is worn now."), endedField,
      ValueField(
        "text", .string, "The identity block and what its user is told, exactly as `preview` gives them."),
      warningsField,
    ], hasEffects: true,
    examples: [
      CommandExample("A masque by its name.", ["masque": "Codesmith"]),
      CommandExample("With what it is put on for.", ["masque": "Codesmith", "intent": "implement the parser"]),
    ])
}

/// `doff`: takes the masque off that is worn. The contract; the runtime implements it.
public enum DoffCommand: Command {
  /// What it takes: nothing.
  public struct Arguments: Decodable, Sendable {
    /// Nothing.
    public init() {}
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// The wearing that ended.
    @Nullable public var ended: EndedWearing?
    /// What is printed.
    public var text: String
    /// What else there is to know.
    public var warnings: [String]

    /// A result; see the properties.
    public init(ended: EndedWearing?, text: String, warnings: [String]) {
      self.ended = ended
      self.text = text
      self.warnings = warnings
    }
  }

  public static let description = CommandDescription(
    "doff", title: "Doff the Masque", summary: "Takes the masque off, pays its author, and says what it cost.",
    discussion: """
      What was set aside is paid as far as it was used, the rest is given back. The agent's settings are as they were \
      before. In a shell the exit status is 1 if no masque was worn.
      """,
    parameters: [],
    result: [endedField, ValueField("text", .string, "What an agent is told."), warningsField], hasEffects: true,
    examples: [CommandExample("Whatever is worn.", [:])])
}

/// `id`: tells which masque is worn. The contract; the runtime implements it.
public enum IDCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// Whether the identity block is wanted again.
    public var block: Bool?

    /// Arguments; see the properties.
    public init(block: Bool? = nil) { self.block = block }
  }

  /// A masque that was worn.
  public struct Previous: Encodable, Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Whose it is.
    @Nullable public var source: MasqueSource?
    /// When it was taken off.
    public var doffedAt: String

    /// A masque; see the properties.
    public init(name: String, source: MasqueSource?, doffedAt: String) {
      self.name = name
      self.source = source
      self.doffedAt = doffedAt
    }
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// The masque that is worn.
    @Nullable public var active: WornMasque?
    /// The masque that was worn last.
    @Nullable public var previous: Previous?
    /// The identity block.
    @Nullable public var block: String?
    /// The wearing that was over.
    @Nullable public var ended: EndedWearing?
    /// What else there is to know.
    public var warnings: [String]

    /// A result; see the properties.
    public init(
      active: WornMasque?, previous: Previous?, block: String?, ended: EndedWearing?, warnings: [String]
    ) {
      self.active = active
      self.previous = previous
      self.block = block
      self.ended = ended
      self.warnings = warnings
    }
  }

  public static let description = CommandDescription(
    "id", title: "Who Am I", summary: "Tells which masque is worn here, since when and for how long, or which one was.",
    discussion: "A masque whose lifetime is over comes off by this command, and is paid.",
    parameters: [
      CommandParameter(
        "block", .boolean, "Whether the identity block is wanted again, for an agent that has lost it.")
    ],
    result: [
      ValueField("active", .nullable(.object(WornMasque.fields)), "The masque that is worn; null if none is."),
      ValueField(
        "previous",
        .nullable(
          .object([
            ValueField("name", .string, "Its name."),
            ValueField(
              "source", .nullable(MasqueIdentity.sourceShape),
              "Whose it is; null for a masque that was named by its path."),
            ValueField("doffedAt", .string, "When it was taken off."),
          ])), "The masque that was worn last; null if none was."),
      ValueField("block", .nullable(.string), "The identity block, if it was wanted and a masque is worn."),
      endedField, warningsField,
    ], hasEffects: true,
    examples: [CommandExample("What is worn.", [:]), CommandExample("With the block.", ["block": true])])
}

public import JSON
import MasqueWorkspace

/// A command's contract: what it is called, what it takes and what it gives. The implementation stands where its work is
/// done; see `CommandTable`.
///
/// The terminal, the editor and agents all offer commands by their contracts, with one JSON object as the only argument
/// and one as the result.
public protocol Command: SendableMetatype {
  /// What it takes. Decoding may rely on `description.parameters` being satisfied.
  associatedtype Arguments: Decodable & Sendable
  /// What it gives. Its JSON has the shape of `description.result`.
  associatedtype Result: Encodable & Sendable

  /// What there is to say about it.
  static var description: CommandDescription { get }
}

/// What there is to say about a command: enough for a page of documentation, for help in a shell and for an agent's tool.
public struct CommandDescription: Sendable, Hashable {
  /// The name, its words parted by full stops: `intent.explain`. Editors know it as `masque.intent.explain`.
  public var name: String
  /// How it is called in a shell, without its arguments.
  public var shellName: String
  /// What people see in a menu.
  public var title: String
  /// What it does: one sentence with a full stop, in Markdown.
  public var summary: String
  /// What else there is to know: paragraphs in Markdown.
  public var discussion: String
  /// What it takes.
  public var parameters: [CommandParameter]
  /// What it gives, beside the version of this shape.
  public var result: [ValueField]
  /// The version of the result's shape. Keys may be added under one version; what is described stays.
  public var resultVersion: Int
  /// Whether it changes anything: a file, a session, a ledger.
  public var hasEffects: Bool
  /// Whether somebody at an editor has a use for it.
  public var isForEditors: Bool
  /// Calls that show its use.
  public var examples: [CommandExample]

  /// A description; see the properties.
  public init(
    _ name: String, title: String, summary: String, discussion: String = "", parameters: [CommandParameter],
    result: [ValueField], resultVersion: Int = 1, hasEffects: Bool = false, isForEditors: Bool = true,
    shellName: String? = nil,
    examples: [CommandExample]
  ) {
    self.name = name
    // `syncManifest` is `sync-manifest` there, and `intent.explain` two words.
    self.shellName =
      shellName ?? "masque " + name.split(separator: ".").map { kebabCase(String($0)) }.joined(separator: " ")
    self.title = title
    self.summary = summary
    self.discussion = discussion
    self.parameters = parameters
    self.result =
      [
        ValueField("version", .integer(minimum: resultVersion), "The version of this result's shape: \(resultVersion).")
      ] + result
    self.resultVersion = resultVersion
    self.hasEffects = hasEffects
    self.isForEditors = isForEditors
    self.examples = examples
  }

  /// The name by which editors know it.
  public var editorName: String { Self.editorPrefix + name }

  /// What stands before a command's name in an editor.
  public static let editorPrefix = "masque."

  /// The shape of its argument.
  public var argumentShape: ValueShape {
    .object(parameters.map { ValueField($0.name, $0.shape, isRequired: $0.isRequired, $0.summary) })
  }

  /// The shape of its result.
  public var resultShape: ValueShape { .object(result) }
}

/// Something that a command takes.
public struct CommandParameter: Sendable, Hashable {
  /// The key in the argument, in camelCase. A shell's option is the same in kebab-case.
  public var name: String
  /// What it looks like.
  public var shape: ValueShape
  /// Whether there is nothing to do without it.
  public var isRequired: Bool
  /// Whether a shell takes it by its place instead of as an option.
  public var isPositional: Bool
  /// What it means, in Markdown: one sentence or two, with a full stop.
  public var summary: String

  /// A parameter; see the properties.
  public init(
    _ name: String, _ shape: ValueShape, isRequired: Bool = false, isPositional: Bool = false, _ summary: String
  ) {
    self.name = name
    self.shape = shape
    self.isRequired = isRequired
    self.isPositional = isPositional
    self.summary = summary
  }
}

/// A call that shows a command's use.
public struct CommandExample: Sendable, Hashable {
  /// What it does: a sentence.
  public var purpose: String
  /// The argument.
  public var arguments: JSONObject

  /// An example; see the properties.
  public init(_ purpose: String, _ arguments: JSONObject) {
    self.purpose = purpose
    self.arguments = arguments
  }
}

import DocumentTree
public import JSON
import MasqueModel
public import MasqueWorkspace
import SourceText
import YAMLSyntax

/// `inspect`: everything that a masque says.
public enum InspectCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// The masque.
    public var masque: MasqueReference?
    /// The URI of its file.
    public var uri: String?
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// Which masque it is.
    public var masque: MasqueIdentity
    /// What it says, by section.
    public var sections: JSONObject
    /// What is wrong with it.
    public var problems: [Problem]

    private enum CodingKeys: String, CodingKey { case masque, sections, problems }

    /// Encodes all three.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(masque, forKey: .masque)
      try container.encode(JSONValue.object(sections), forKey: .sections)
      try container.encode(problems, forKey: .problems)
    }
  }

  /// Something wrong with a masque.
  public struct Problem: Encodable, Sendable, Hashable {
    /// The line, from 1.
    public var line: Int
    /// The column in Unicode scalars, from 1.
    public var column: Int
    /// What is wrong.
    public var message: String
  }

  public static let description = CommandDescription(
    "inspect", title: "Inspect a Masque",
    summary: "Shows everything that a masque says, section by section.",
    discussion: """
      Sections that are empty are left out. A masque that breaks the format is shown as far as it can be read, with what \
      is wrong with it.
      """,
    parameters: [masqueParameter(isPositional: true), uriParameter],
    result: [
      ValueField("masque", .object(MasqueIdentity.fields), "Which masque it is."),
      ValueField(
        "sections", .map,
        "What it says: the keys of the format in their usual order, then any others, with the values of the file."),
      ValueField(
        "problems",
        .array(
          .object([
            ValueField("line", .integer(minimum: 1), "The line, from 1."),
            ValueField("column", .integer(minimum: 1), "The column in Unicode scalars, from 1."),
            ValueField("message", .string, "What is wrong."),
          ])), "What keeps it from being put on: where it is no YAML, or breaks the format. Empty for a sound masque."),
    ],
    examples: [
      CommandExample("A masque by its name.", ["masque": "Codesmith"]),
      CommandExample("A masque by its index.", ["masque": 1]),
      CommandExample("A masque by its path.", ["masque": "personas/codesmith.masque.yaml"]),
    ])
}

/// The parameter that names a masque.
func masqueParameter(isPositional: Bool) -> CommandParameter {
  CommandParameter(
    "masque", MasqueReference.shape, isPositional: isPositional,
    "The masque: its name, its index, or the path of its file. The one that is worn if not given.")
}

/// The parameter that names a document.
let uriParameter = CommandParameter(
  "uri", .string, "The URI of the masque's document, instead of `masque`. What an editor has not saved counts.")

/// The keys of a masque that its identity does not say, in their usual order.
private let sectionOrder = [
  "attributes", "spinnerVerbs", "skills", "intent", "context", "knowledge", "access", "lens", "mcp", "performance",
]

/// Shows a masque.
func inspectMasque(
  _ arguments: InspectCommand.Arguments, _ context: CommandContext
) throws(CommandError) -> InspectCommand.Result {
  let masque = try context.masque(arguments.masque, uri: arguments.uri, of: InspectCommand.description)
  let tree = masque.syntax.tree
  var values = JSONObject()
  if let root = tree.root, tree[root].kind == .mapping {
    let isMerged = tree[root].flags.contains(.merge)
    for (key, value) in isMerged ? tree.mergedPairs(of: root) : Array(tree.pairs(of: root)) {
      let name = tree.text(of: key)
      guard !["name", "index", "version", "ring"].contains(name), values[name] == nil else { continue }
      // More than can be written down is shown as null.
      let json = JSONValue(tree, value) ?? .null
      if !json.isEmpty { values[name] = json }
    }
  }
  var sections = JSONObject()
  for key in sectionOrder + values.keys.filter({ !sectionOrder.contains($0) }) { sections[key] = values[key] }
  return InspectCommand.Result(
    masque: masque.identity, sections: sections,
    problems: masque.problems.map { problem in
      let place = masque.place(of: problem.range.start)
      return InspectCommand.Problem(line: place.line, column: place.column, message: problem.message)
    })
}

extension JSONValue {
  /// Whether there is nothing in it to show.
  fileprivate var isEmpty: Bool {
    switch self {
    case .null: true
    case .bool, .integer, .number: false
    case .string(let text): text.allSatisfy(\.isWhitespace)
    case .array(let items): items.allSatisfy(\.isEmpty)
    case .object(let object): object.values.allSatisfy(\.isEmpty)
    }
  }
}

extension LoadedMasque {
  /// What keeps it from being put on, in document order.
  public var problems: [DocumentProblem] {
    MasqueWorkspace.problems(in: syntax.text, path, by: LoadedSchema(MasqueSchema.bundled.schema))
      .filter { !$0.isWarning }
  }
}

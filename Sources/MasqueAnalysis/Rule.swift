import DocumentTree
import JSONSchema
import MasqueModel
import SourceText
import YAMLSyntax

/// What a rule is about, for people: `explain`, the pages of `docs/rules/` and an editor's links are made from it.
public struct RuleDescription: Sendable {
  /// The stable code.
  public var code: String
  /// The severity that its findings have unless they say otherwise.
  public var severity: Severity
  /// Whether its findings carry fixes: the most careful one that may be expected.
  public var fix: Applicability?
  /// What it finds, in one sentence.
  public var summary: String
  /// Why that matters to an author.
  public var reason: String
  /// YAML with the mistake. Top-level keys that a masque needs beside it are left out.
  public var bad: String
  /// The same without it.
  public var good: String
  /// Whether it looks at a whole library. Then its examples are files, each after a comment with its name alone.
  public var isAboutLibrary: Bool
  /// Whether it runs unless somebody switches it off; otherwise it has to be asked for by its code.
  public var isOnByDefault: Bool

  init(
    _ code: String, _ severity: Severity, fix: Applicability? = nil, isAboutLibrary: Bool = false,
    isOnByDefault: Bool = true, summary: String, reason: String, bad: String, good: String
  ) {
    self.code = code
    self.severity = severity
    self.fix = fix
    self.isAboutLibrary = isAboutLibrary
    self.isOnByDefault = isOnByDefault
    self.summary = summary
    self.reason = reason
    self.bad = bad
    self.good = good
  }
}

/// A rule: one file, with its code, its documentation and its check together.
protocol Rule: Sendable {
  static var description: RuleDescription { get }
  /// Adds the rule's findings. Rules run in the order of the registry; one that explains a schema violation better than
  /// the schema can takes it out of `violations`, so that one cause has one finding.
  static func check(_ context: inout RuleContext)
}

/// What a rule sees, and where it puts what it finds.
struct RuleContext {
  let snapshot: Snapshot
  let schema: Schema
  let outline: SchemaOutline
  /// The values of the top-level keys.
  let sections: MasqueSections
  /// What the schema says and no rule has explained yet.
  var violations: [SchemaViolation]
  var findings: [Finding] = []
  /// The comments that hold the intent to a phrase.
  var expectations: [Expectation] = []
  /// The intent with what can be said of its patterns; nil where there is none. Computed for the first rule that asks.
  lazy var intent: IntentReading? = snapshot.intents.reading(of: tree, sections)
  /// Where lines begin, for messages that name one.
  lazy var lines = LineIndex(snapshot.text)

  private struct Place: Hashable {
    var node: NodeID
    var keyword: SchemaKeyword?
  }

  var syntax: SyntaxTree { snapshot.syntax }
  var tree: DocumentTree { snapshot.syntax.tree }

  init(_ snapshot: Snapshot, schema masqueSchema: MasqueSchema) {
    self.snapshot = snapshot
    schema = masqueSchema.schema
    outline = masqueSchema.outline
    let tree = snapshot.syntax.tree
    sections = MasqueSections(tree)
    violations = tree.root.map { masqueSchema.schema.validate(tree, $0) } ?? []
    // A value that is reached in its own place and through aliases is wrong once.
    if violations.count > 1, violations.contains(where: { $0.alias != nil }) {
      let direct = Set(violations.filter { $0.alias == nil }.map { Place(node: $0.node, keyword: $0.keyword) })
      violations.removeAll { $0.alias != nil && direct.contains(Place(node: $0.node, keyword: $0.keyword)) }
    }
  }

  mutating func report(_ finding: Finding) { findings.append(finding) }

  /// A rule's finding with the rule's code, and its severity unless the finding has another.
  mutating func report(
    _ rule: (some Rule).Type, severity: Severity? = nil, _ range: ByteRange, _ message: String,
    related: [RelatedPlace] = [], fixes: [Fix] = [], tags: [FindingTag] = []
  ) {
    findings.append(
      Finding(
        rule.description.code, severity ?? rule.description.severity, range, message, related: related, fixes: fixes,
        tags: tags))
  }

  /// Takes out the violations that a finding explains.
  ///
  /// - Returns: whether there were any, so that the finding is an error.
  @discardableResult
  mutating func absorb(_ explains: (SchemaViolation) -> Bool) -> Bool {
    let count = violations.count
    violations.removeAll(where: explains)
    return violations.count < count
  }

  /// A node's text in backticks, shortened to what a message can carry.
  func quote(_ node: NodeID) -> String { quote(tree[node].range) }

  func quote(_ range: ByteRange) -> String {
    let text = snapshot.text[range].split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    return text.count > 60 ? "`\(text.prefix(57))…`" : "`\(text)`"
  }
}

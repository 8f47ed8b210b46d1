public import MasqueModel
import SourceText

/// Everything the rules say about a masque, in document order. Deterministic, and never fails.
///
/// - Parameters:
///   - snapshot: the masque.
///   - schema: the schema to hold it to; the bundled one unless an extended schema is in force.
///   - options: which findings are wanted.
///   - library: what `libraryFindings` says of this masque; nil if nobody has looked at its library, so that comments
///     that hide such findings are not judged.
/// - Returns: the findings, sorted by place and code.
public func findings(
  in snapshot: Snapshot, schema: MasqueSchema = .bundled, options: RuleOptions = RuleOptions(),
  library: [Finding]? = nil
) -> [Finding] {
  let analysis = analyze(snapshot, schema: schema, options: options)
  return library.map { analysis.findings(with: $0) } ?? analysis.findings
}

/// What one masque says by itself, and what is needed to go on with its library. Small for a masque without findings, so
/// that thousands can be kept until their libraries are known.
public struct FileAnalysis: Sendable {
  /// The findings as long as nobody has looked at the library, sorted by place and code.
  public let findings: [Finding]
  /// What the library's findings need to know of the masque.
  public let summary: MasqueSummary
  /// Whether a comment hides findings of the library, so that `findings(with:)` has something to say even where the
  /// library has nothing.
  public let awaitsLibrary: Bool

  /// All findings, those that comments hide included, and the comments: empty where there is no such comment.
  private let hidden: [Finding]
  private let suppressions: [Suppression]
  private let options: RuleOptions

  fileprivate init(_ all: [Finding], _ suppressions: [Suppression], _ summary: MasqueSummary, _ options: RuleOptions) {
    self.summary = summary
    self.options = options
    self.suppressions = suppressions
    hidden = suppressions.isEmpty ? [] : all
    findings = suppressions.isEmpty ? all : apply(suppressions, to: all, options, isLibraryKnown: false)
    awaitsLibrary = suppressions.contains { $0.codes.contains { libraryCodes.contains($0.code) } }
  }

  /// The findings once the library's are known.
  ///
  /// - Parameter library: what `libraryFindings` says of this masque, wanted or not.
  /// - Returns: the findings, sorted by place and code.
  public func findings(with library: [Finding]) -> [Finding] {
    if library.isEmpty, !awaitsLibrary { return findings }
    var all = (suppressions.isEmpty ? findings : hidden) + library.filter { options.wants($0.code) }
    // Another masque's name: that the file is named differently is no second mistake.
    if library.contains(where: { $0.code == duplicateName.code }) {
      all.removeAll { $0.code == FileNameMismatchRule.description.code }
    }
    if suppressions.isEmpty { return all.sorted(by: precedes) }
    return apply(suppressions, to: all, options, isLibraryKnown: true)
  }
}

/// Checks one masque by itself.
///
/// - Parameters:
///   - snapshot: the masque.
///   - schema: the schema to hold it to.
///   - options: which findings are wanted.
/// - Returns: its findings, and what its library's findings need to know.
public func analyze(
  _ snapshot: Snapshot, schema: MasqueSchema = .bundled, options: RuleOptions = RuleOptions()
) -> FileAnalysis {
  var context = RuleContext(snapshot, schema: schema)
  let directives = readDirectives(in: snapshot.syntax)
  context.expectations = directives.expectations
  context.findings = directives.findings
  for rule in allRules { rule.check(&context) }
  if !options.enabled.isEmpty || !options.selected.isEmpty {
    for rule in optionalRules where options.wants(rule.description.code, isOnByDefault: false) {
      rule.check(&context)
    }
  }
  if !options.isEverything { context.findings.removeAll { !options.wants($0.code) } }
  if context.findings.count > 1 { context.findings.sort(by: precedes) }
  return FileAnalysis(
    context.findings, directives.suppressions, MasqueSummary(context.tree, context.sections), options)
}

/// The order of findings: by place, then by code.
func precedes(_ a: Finding, _ b: Finding) -> Bool {
  (a.range.start, a.range.end, a.code, a.message) < (b.range.start, b.range.end, b.code, b.message)
}

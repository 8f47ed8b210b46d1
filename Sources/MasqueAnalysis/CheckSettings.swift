public import MasqueModel
public import MasqueWorkspace

/// What somebody wants beside a configuration file, and before it: the arguments of a command line, or an editor's
/// settings.
public struct CheckOverrides: Sendable, Hashable {
  /// Which findings are wanted: `selected` replaces the file's, the others are added to it.
  public var rules: RuleOptions
  /// Severities by code or family of codes; each replaces the file's.
  public var severities: [String: Severity]

  /// Nothing, or what the properties say.
  public init(rules: RuleOptions = RuleOptions(), severities: [String: Severity] = [:]) {
    self.rules = rules
    self.severities = severities
  }
}

/// How the masques are checked that one configuration governs. The linter and the language server read a
/// `.masque-lint.yaml` by this alone, so that they agree.
public struct CheckSettings: Sendable {
  /// The configuration; one that says nothing where there is no file.
  public let configuration: Configuration
  /// An extended schema; nil for the bundled one.
  public let schema: MasqueSchema?
  private let rules: RuleOptions
  private let severities: [String: Severity]

  /// Settings.
  ///
  /// - Parameters:
  ///   - configuration: the file that governs the masques.
  ///   - overrides: what comes before it.
  ///   - schema: the schema that one of the two names, loaded.
  public init(
    _ configuration: Configuration = Configuration(), _ overrides: CheckOverrides = CheckOverrides(),
    schema: MasqueSchema? = nil
  ) {
    self.configuration = configuration
    self.schema = schema
    var rules = overrides.rules
    if rules.selected.isEmpty { rules.selected = configuration.select }
    rules.enabled += configuration.enable
    rules.ignored += configuration.ignore
    self.rules = rules
    severities = configuration.severity.compactMapValues { Severity(rawValue: $0) }
      .merging(overrides.severities) { $1 }
  }

  /// Which findings are wanted in a masque.
  ///
  /// - Parameter path: its absolute path; nil for a text without a file.
  /// - Returns: the options.
  public func rules(for path: FilePath?) -> RuleOptions {
    guard let path, configuration.dependsOnFile else { return rules }
    var result = rules
    result.ignored += configuration.codesIgnored(in: path)
    return result
  }

  /// Whether a masque is not checked though it was found.
  ///
  /// - Parameter path: its absolute path.
  /// - Returns: the answer.
  public func excludes(_ path: FilePath) -> Bool { configuration.excludes(path) }

  /// Gives findings the severities that the settings want.
  public func applySeverities(to findings: inout [Finding]) {
    guard !severities.isEmpty else { return }
    for index in findings.indices {
      if let severity = severity(of: findings[index].code) { findings[index].severity = severity }
    }
  }

  private func severity(of code: String) -> Severity? {
    if let exact = severities[code] { return exact }
    // The longest family, should several be named.
    return severities.filter { covers($0.key, code) }.max { $0.key.utf8.count < $1.key.utf8.count }?.value
  }
}

extension Finding {
  /// A problem of a document that is no masque.
  public init(_ problem: DocumentProblem) {
    self.init(
      problem.code, problem.isWarning ? .warning : .error, problem.range, problem.message,
      related: problem.related.map { RelatedPlace(range: $0.range, message: $0.message) })
  }
}

import JSON
import MasqueAnalysis
import MasqueModel
import MasqueWorkspace
import SourceText
import TerminalOutput

/// SARIF 2.1.0: one run, one result per line.
struct SARIFReport: Report {
  let paths: ProjectPaths
  let files: any Files
  private let indices: [String: Int]
  private let rules: [RuleDescription]

  init(_ paths: ProjectPaths, _ files: any Files) {
    self.paths = paths
    self.files = files
    rules = ruleDescriptions()
    indices = Dictionary(rules.enumerated().map { ($1.code, $0) }, uniquingKeysWith: { first, _ in first })
  }

  var separator: String { "," }

  /// The log up to its first result. The encoded log ends with the brackets that `tail` writes.
  var head: String {
    var root = fileURI(of: paths.root)
    if !root.hasSuffix("/") { root += "/" }
    let driver = SARIF.Driver(
      name: "masque-lint", semanticVersion: projectVersion,
      shortDescription: SARIF.Message(text: "Checks masques, and mends what can be mended safely."),
      rules: rules.map(sarif))
    let log = SARIF.Log(runs: [
      SARIF.Run(
        tool: SARIF.Tool(driver: driver),
        originalUriBaseIds: [Self.root: SARIF.ArtifactLocation(uri: root)], results: [])
    ])
    return String(encoded(log).dropLast(Self.closing.count))
  }

  func append(_ file: CheckedFile, to output: inout [UInt8]) {
    guard !file.findings.isEmpty else { return }
    var lines = SourceLines(file.text)
    var others: [String: SourceLines] = [:]
    let place = location(of: file.path)
    let marks = fingerprints(of: file.findings, paths.path(of: file.path), in: lines)
    for (number, finding) in file.findings.enumerated() {
      if number > 0 { output.append(UInt8(ascii: ",")) }
      output.append(UInt8(ascii: "\n"))
      let related = finding.related.enumerated().map { number, other -> SARIF.Location in
        var place = place
        var region: SARIF.Region?
        if let otherPath = other.path, otherPath != file.path.description {
          place = location(of: FilePath(otherPath))
          if others[otherPath] == nil { others[otherPath] = readLines(of: otherPath, in: files) }
          region = others[otherPath]?.region(other.range)
        } else {
          region = lines.region(other.range)
        }
        return SARIF.Location(
          id: number, physicalLocation: SARIF.PhysicalLocation(artifactLocation: place, region: region),
          message: SARIF.Message(text: other.message))
      }
      let fixes = finding.fixes.filter { $0.applicability != .displayOnly && !$0.edits.isEmpty }.map { fix in
        SARIF.Fix(
          description: SARIF.Message(text: fix.title),
          artifactChanges: [
            SARIF.ArtifactChange(
              artifactLocation: place,
              replacements: fix.edits.map { edit in
                SARIF.Replacement(
                  deletedRegion: lines.region(edit.range), insertedContent: SARIF.Content(text: edit.replacement))
              })
          ])
      }
      let result = SARIF.Result(
        ruleId: finding.code, ruleIndex: indices[finding.code], level: level(finding.severity),
        message: SARIF.Message(text: finding.message),
        locations: [
          SARIF.Location(
            physicalLocation: SARIF.PhysicalLocation(artifactLocation: place, region: lines.region(finding.range)))
        ],
        relatedLocations: related.isEmpty ? nil : related,
        partialFingerprints: ["masqueLint/v1": marks[number]], fixes: fixes.isEmpty ? nil : fixes,
        properties: finding.tags.isEmpty ? nil : SARIF.Properties(tags: finding.tags.map(\.rawValue)))
      output.append(contentsOf: encoded(result).utf8)
    }
  }

  func tail(_ summary: Summary) -> String {
    let invocation = SARIF.Invocation(
      executionSuccessful: summary.errors.isEmpty,
      toolExecutionNotifications: summary.errors.map { error in
        SARIF.Notification(
          message: SARIF.Message(text: error.message),
          locations: [
            SARIF.Location(physicalLocation: SARIF.PhysicalLocation(artifactLocation: location(of: error.path)))
          ])
      })
    return "\(summary.findings > 0 ? "\n" : "")], \"invocations\": [\(encoded(invocation))]}]}\n"
  }

  private static let root = "SRCROOT"
  private static let closing = "]}]}"

  private func location(of path: FilePath) -> SARIF.ArtifactLocation {
    let (reference, isRelative) = paths.uri(of: path)
    return SARIF.ArtifactLocation(uri: reference, uriBaseId: isRelative ? Self.root : nil)
  }

  private func sarif(_ rule: RuleDescription) -> SARIF.Rule {
    let text = "\(rule.reason)\n\nNot like this:\n\n\(rule.bad)\n\nBut like this:\n\n\(rule.good)"
    return SARIF.Rule(
      id: rule.code, shortDescription: SARIF.Message(text: rule.summary),
      fullDescription: SARIF.Message(text: "\(rule.summary) \(rule.reason)"),
      help: SARIF.Message(text: text, markdown: ruleDocumentation(rule)),
      defaultConfiguration: SARIF.Configuration(enabled: rule.isOnByDefault, level: level(rule.severity)),
      properties: SARIF.Properties(tags: [String(rule.code.prefix { $0 != "-" })]))
  }

  private func level(_ severity: Severity) -> String {
    switch severity {
    case .error: "error"
    case .warning: "warning"
    case .information, .hint: "note"
    }
  }
}

/// A value of the standard as JSON on one line.
private func encoded(_ value: some Encodable) -> String {
  // None of these types can fail to be encoded.
  ((try? JSONValueEncoder().encode(value)) ?? .null).text(.line)
}

extension SourceLines {
  /// A range as SARIF counts: from 1, the end column behind the last character.
  fileprivate mutating func region(_ range: ByteRange) -> SARIF.Region {
    let start = place(of: range.start)
    let end = place(of: max(range.end, range.start))
    return SARIF.Region(startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column)
  }
}

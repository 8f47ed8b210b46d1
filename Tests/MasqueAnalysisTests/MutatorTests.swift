import Foundation
import MasqueAnalysis
import MasqueModel
import MasqueWorkspace
import SourceText
import Testing
import YAMLSyntax

/// A masque that ships with the programs.
struct Persona: Sendable {
  var path: String
  var text: String

  static let all: [Persona] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("personas")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().filter { $0.hasSuffix(".masque.yaml") }.compactMap { name in
      (try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)).map {
        Persona(path: "personas/\(name)", text: $0)
      }
    }
  }()

  static let manifest: String = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("personas/manifest.yaml")
    return (try? String(contentsOf: folder, encoding: .utf8)) ?? ""
  }()

  /// Replaces a top-level entry with all its lines, or adds it at the end.
  mutating func set(_ key: String, _ entry: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let start = lines.firstIndex { $0.hasPrefix(key + ":") } ?? lines.count - 1
    var end = start
    if start < lines.count - 1 {
      end += 1
      while end < lines.count - 1, lines[end].isEmpty || lines[end].hasPrefix(" ") { end += 1 }
    }
    lines.replaceSubrange(start..<end, with: entry.split(separator: "\n", omittingEmptySubsequences: false))
    text = lines.joined(separator: "\n")
  }

  /// Adds patterns at the head of a list.
  mutating func allow(_ patterns: String...) throws {
    try replace("^  allowed:$", "  allowed:\n" + patterns.map { "    - \"\($0)\"" }.joined(separator: "\n"))
  }

  /// Adds patterns at the head of a list.
  mutating func deny(_ patterns: String...) throws {
    try replace("^  denied:$", "  denied:\n" + patterns.map { "    - \"\($0)\"" }.joined(separator: "\n"))
  }

  /// Gives the masque another intent, of which nothing is expected.
  mutating func setIntent(allowed: [String], denied: [String]) {
    func list(_ patterns: [String]) -> String { patterns.map { "    - \"\($0)\"\n" }.joined() }
    set("intent", "intent:\n  allowed:\n\(list(allowed))  denied:\n\(list(denied))")
    dropExpectations()
  }

  mutating func dropExpectations() {
    text = text.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.contains("masque-lint: expect") }
      .joined(separator: "\n")
  }

  /// Replaces the first match of a regular expression, `^` and `$` being a line's ends.
  mutating func replace(_ pattern: String, _ template: String) throws {
    let expression = try NSRegularExpression(pattern: pattern, options: .anchorsMatchLines)
    let match = try #require(
      expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)), "\(pattern) in \(path)")
    text = expression.stringByReplacingMatches(in: text, range: match.range, withTemplate: template)
  }
}

/// What plants one mistake, by the code of the only finding that is to come of it.
private let mutators: [String: @Sendable (inout Persona) throws -> Void] = [
  "blank-lens": { $0.set("lens", "lens: \" \"") },
  "file-name-mismatch": { $0.path = "personas/somebody-else.masque.yaml" },
  "guest-without-ttl": {
    try $0.replace("^ring: .*$", "ring: guest")
    $0.set("access", "access:\n  vault_role: visitor")
  },
  "history-order": {
    $0.set("performance", history("+", ("2026-03-01T09:00:00Z", "+"), ("2026-01-01T09:00:00Z", "-")))
  },
  "intent-catch-all": {
    try $0.allow("*")
    $0.dropExpectations()
  },
  "intent-dead-allow": {
    try $0.allow("weigh gold *")
    try $0.deny("weigh *")
  },
  "intent-double-star": { try $0.deny("weigh **") },
  "intent-duplicate": { try $0.deny("weigh *", "Weigh  *") },
  "intent-empty": { $0.setIntent(allowed: ["weigh gold *", "weigh silver *"], denied: ["weigh *"]) },
  "intent-expectation-failed": { $0.text += "# masque-lint: expect allowed \"weigh gold\"\n" },
  "intent-near-miss": { try $0.deny("'weigh *'") },
  "intent-overlap": {
    try $0.allow("weigh *")
    try $0.deny("*gold teeth*")
  },
  "intent-pattern-syntax": { try $0.deny("weigh [9-0] *") },
  "intent-redundant": { try $0.deny("weigh *", "weigh gold *") },
  "intent-undecided": {
    let gap = String(repeating: "?", count: 20)
    $0.setIntent(allowed: ["*?\(gap)"], denied: ["*a\(gap)", "*[!a]\(gap)"])
  },
  "intent-unneeded-deny": { $0.setIntent(allowed: ["weigh *"], denied: ["rush *"]) },
  "knowledge-duplicate": {
    if $0.text.contains("\nknowledge:") {
      try $0.replace("^(  - mcp://.*)$", "$1\n$1")
    } else {
      $0.set("knowledge", "knowledge:\n  - mcp://a/b\n  - mcp://a/b")
    }
  },
  "knowledge-unknown-server": {
    $0.set("knowledge", "knowledge:\n  - mcp://hanbook/style")
    $0.set("mcp", servers("handbook"))
  },
  "lens-breaks-block": { try $0.replace("^lens: \\|$", "lens: |\n  </masque-active>\n") },
  "mcp-duplicate-server": { $0.set("mcp", servers("docs", "docs")) },
  "mcp-secret-in-env": { $0.set("mcp", servers("docs") + "\n      env:\n        DOCS_TOKEN: a8b7c6d5e4f3") },
  "schema-enum": { try $0.replace("^ring: (.*).$", "ring: $1") },
  "schema-format": { $0.set("performance", history("+", ("2026-02-30T09:00:00Z", "+"))) },
  "schema-min-items": { $0.set("spinnerVerbs", "spinnerVerbs:\n  verbs: []") },
  "schema-min-length": { try $0.replace("^name: .*$", "name: \"\"") },
  "schema-minimum": { try $0.replace("^index: .*$", "index: 0") },
  "schema-pattern": { try $0.replace("^version: .*$", "version: \"1.0\"") },
  "schema-required": { try $0.replace("^version: .*\n", "") },
  "schema-type": {
    $0.set("access", "access:\n  ttl: PT1H\n  capabilities:\n    - database: read\n    - writes: none")
  },
  "score-history-mismatch": { $0.set("performance", history("*", ("2026-03-01T09:00:00Z", "+"))) },
  "skill-duplicate": { try $0.replace("^(  - uri: .*\n    level: .*)$", "$1\n$1") },
  "spinner-verb-format": { try $0.replace("^    - \"[^\":]+:([^\"]+)\"$", "    - \"$1\"") },
  "suppression-syntax": { $0.text += "# masque-lint: disable-next-lin unknown-key -- ours\nowner: us\n" },
  "suppression-unknown-code": { $0.text += "# masque-lint: disable-next-line unknown-kye -- ours\nowner: us\n" },
  "suppression-unused": { try $0.replace("^ring:", "# masque-lint: disable-next-line schema-enum\nring:") },
  "unknown-key": { try $0.replace("^intent:", "intnet:") },
  "yaml-alias-budget": { try $0.replace("^  domain: .*$", "  domain: &loop [*loop]") },
  "yaml-ambiguous-scalar": { try $0.replace("^  domain: .*$", "  domain: on") },
  "yaml-conflict-marker": {
    try $0.replace("^(ring: .*)$", "<<<<<<< HEAD\n$1\n=======\nring: admin\n>>>>>>> theirs")
  },
  "yaml-duplicate-key": { try $0.replace("^(ring: .*)$", "$1\n$1") },
  "yaml-encoding": { try $0.replace("^lens: \\|$", "lens: |\n  bell \u{7} here\n") },
  "yaml-hash-in-text": { try $0.replace("^  (tagline|philosophy): .*$", "  $1: Closes issue #42 for you") },
  "yaml-multiple-documents": { $0.text += "---\nname: Second\n" },
  "yaml-smart-quote": { try $0.replace("^  (tagline|philosophy): .*$", "  $1: “Small steps”") },
  "yaml-syntax": { try $0.replace("^  (tagline|philosophy): \"(.*)\"$", "  $1: \"$2") },
  "yaml-tab-indent": { try $0.replace("^  domain:", "\tdomain:") },
  "yaml-unknown-tag": { try $0.replace("^  domain: ", "  domain: !important ") },
  "yaml-unquoted-pattern": { try $0.replace("^  denied:$", "  denied:\n    - {weigh,poise} gold") },
]

private func servers(_ names: String...) -> String {
  "mcp:\n  servers:\n"
    + names.map { "    - name: \($0)\n      type: stdio\n      command: serve" }.joined(separator: "\n")
}

private func history(_ score: String, _ entries: (date: String, score: String)...) -> String {
  "performance:\n  score: \"\(score)\"\n  history:\n"
    + entries.map { "    - date: \"\($0.date)\"\n      score: \"\($0.score)\"" }.joined(separator: "\n")
}

/// A mistake of any kind in a good masque is one finding, of the kind's code, and its fix leads back to a good masque.
@Suite struct MutatorTests {
  static let descriptions = ruleDescriptions()

  static func options(_ code: String) -> RuleOptions {
    RuleOptions(enabled: descriptions.contains { $0.code == code && !$0.isOnByDefault } ? [code] : [])
  }

  @Test func personasAreClean() {
    #expect(Persona.all.count >= 16)
    for persona in Persona.all {
      let found = findings(in: Snapshot(path: persona.path, text: SourceText(persona.text)), library: [])
      #expect(found.isEmpty, "\(persona.path) \(found.map(\.message))")
    }
    #expect(library(Persona.all).isEmpty)
  }

  @Test func everyCodeHasAMutator() {
    #expect(mutators.keys.sorted() == Self.descriptions.filter { !$0.isAboutLibrary }.map(\.code))
    // Libraries have tests of their own below.
    #expect(
      Self.descriptions.filter(\.isAboutLibrary).map(\.code) == ["duplicate-index", "duplicate-name", "manifest-stale"])
  }

  @Test(arguments: mutators.keys.sorted())
  func oneMistake(_ code: String) throws {
    let mutate = try #require(mutators[code])
    let description = try #require(Self.descriptions.first { $0.code == code })
    let options = Self.options(code)
    var fixes = 0
    for original in Persona.all {
      var persona = original
      try mutate(&persona)
      #expect(persona.text != original.text || persona.path != original.path)
      let text = SourceText(persona.text)
      let found = findings(in: Snapshot(path: persona.path, text: text), options: options, library: [])
      #expect(found.map(\.code) == [code], "\(persona.path) \(found.map(\.message))\n\(persona.text)")
      guard let finding = found.first else { continue }
      #expect(finding.severity >= description.severity)
      #expect(!finding.range.isEmpty, "\(finding)")
      // It says what is wrong, and what to do.
      #expect([": ", "?", " is expected"].contains { finding.message.contains($0) }, "\(finding.message)")
      #expect(finding.message.utf8.count < 300 && !finding.message.hasSuffix("."), "\(finding.message)")
      guard let fix = finding.fixes.first else { continue }
      fixes += 1
      // No more is promised than holds: the description names the most careful fix.
      #expect(description.fix == .safe || fix.applicability == description.fix, "\(fix)")
      let fixed = text.applying(fix.edits)
      #expect(fixed.dropped.isEmpty)
      let left = findings(in: Snapshot(path: persona.path, text: fixed.text), options: options, library: [])
      #expect(left.isEmpty, "\(fix.title): \(left.map(\.message))\n\(fixed.text[ByteRange(0, fixed.text.count)])")
    }
    #expect((fixes > 0) == (description.fix != nil), "\(code) has \(fixes) fixes")
  }

  // MARK: Libraries

  /// The findings about a library and all its files.
  private func library(_ personas: [Persona]) -> [FilePath: [Finding]] {
    let analyses = personas.map { analyze(Snapshot(path: $0.path, text: SourceText($0.text))) }
    let members = zip(personas, analyses).map { LibraryMember(path: FilePath($0.path), summary: $1.summary) }
    let manifest = LibraryManifest(
      path: "personas/manifest.yaml", syntax: SyntaxTree(SourceText(Persona.manifest)))
    var result = libraryFindings(of: members, manifest: manifest)
    for (persona, analysis) in zip(personas, analyses) {
      let path = FilePath(persona.path)
      result[path] = analysis.findings(with: result[path] ?? [])
    }
    return result.filter { !$0.value.isEmpty }
  }

  @Test(arguments: Persona.all.indices.dropFirst())
  func duplicateIndex(_ index: Int) throws {
    var personas = Persona.all
    let first = try #require(personas[0].text.firstMatch(of: /\nindex: (\d+)/)?.1)
    try personas[index].replace("^index: .*$", "index: \(first)")
    let found = library(personas)
    #expect(found.mapValues { $0.map(\.code) } == [FilePath(personas[index].path): ["duplicate-index"]])
    let fix = try #require(found.values.first?.first?.fixes.first)
    #expect(fix.applicability == .safe)
    let text = SourceText(personas[index].text).applying(fix.edits).text
    personas[index].text = text[ByteRange(0, text.count)]
    // The manifest does not know of the new index yet, unless it is the old one again.
    let isOld = personas[index].text == Persona.all[index].text
    #expect(library(personas).values.flatMap { $0 }.map(\.code) == (isOld ? [] : ["manifest-stale"]))
  }

  @Test(arguments: Persona.all.indices)
  func duplicateName(_ index: Int) throws {
    var copy = Persona.all[index]
    copy.path = copy.path.replacing("personas/", with: "personas/team/")
    try copy.replace("^index: .*$", "index: 1000")
    let found = library(Persona.all + [copy])
    #expect(found.mapValues { $0.map(\.code) } == [FilePath(copy.path): ["duplicate-name"]])
  }

  @Test(arguments: Persona.all.indices)
  func manifestStale(_ index: Int) throws {
    var personas = Persona.all
    try personas[index].replace("^version: .*$", "version: \"99.0.0\"")
    let found = library(personas)
    #expect(found.mapValues { $0.map(\.code) } == ["personas/manifest.yaml": ["manifest-stale"]])
    let finding = try #require(found.values.first?.first)
    #expect(finding.message.contains("`99.0.0`") && finding.related.map(\.path) == [personas[index].path])
    #expect(SourceText(Persona.manifest)[finding.range].hasPrefix("\""))
  }
}

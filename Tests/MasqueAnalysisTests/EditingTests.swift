import DocumentTree
import Foundation
import MasqueAnalysis
import MasqueModel
import SourceText
import Testing
import YAMLSyntax

/// A text with the edit applied.
private func applied(_ edits: [TextEdit], to text: SourceText) -> SourceText {
  let (result, dropped) = text.applying(edits)
  #expect(dropped.isEmpty)
  return result
}

private func string(_ text: SourceText) -> String { text[ByteRange(0, text.count)] }

/// Findings without their places, which an edit moves.
private func gist(_ findings: [Finding]) -> [String] { findings.map { "\($0.code): \($0.message)" }.sorted() }

@Suite struct SuppressingTests {
  /// Hiding a finding hides it, and everything of its code on its line or in its file, and changes nothing else.
  @Test(arguments: FixtureTests.files("err"))
  func everyFindingCanBeHidden(_ name: String) throws {
    let text = try FixtureTests.read("err/" + name)
    check(Snapshot(path: "tester.masque.yaml", text: text))
  }

  @Test func everyPersonaWithMistakes() throws {
    for persona in Persona.all {
      var broken = persona.text.replacing("ring: ", with: "rnig: ", maxReplacements: 1)
      broken = broken.replacing("level: expert", with: "level: exprt", maxReplacements: 1)
      check(Snapshot(path: persona.path, text: SourceText(broken)))
      check(Snapshot(path: persona.path, text: SourceText("\u{FEFF}" + broken.replacing("\n", with: "\r\n"))))
    }
  }

  private func check(_ snapshot: Snapshot) {
    let before = findings(in: snapshot)
    let lines = LineIndex(snapshot.text)
    for finding in before {
      let fixes = suppressions(of: finding, in: snapshot)
      for fix in fixes {
        let text = applied(fix.edits, to: snapshot.text)
        let after = findings(in: Snapshot(path: snapshot.path, text: text))
        let line = lines.line(containing: finding.range.start)
        let isFile = fix.title.contains("file")
        let rest = before.filter {
          $0.code != finding.code || !isFile && lines.line(containing: $0.range.start) != line
        }
        // Messages that name a line have it moved.
        #expect(after.map(\.code).sorted() == rest.map(\.code).sorted(), "\(fix.title)\n\(string(text))")
        // A second one joins the first.
        for other in after where isFile {
          let next = suppressions(of: other, in: Snapshot(path: snapshot.path, text: text)).last
          #expect(next.map { $0.edits[0].replacement.hasPrefix(", ") } ?? true, "one comment is enough")
        }
      }
    }
  }

  @Test func commentsAreJoined() throws {
    let text = SourceText(
      "skills:\n  - uri: a\n    # masque-lint: disable-next-line schema-enum -- why\n    level: b\n")
    let snapshot = Snapshot(path: "a.masque.yaml", text: text)
    let offset = try #require(string(text).range(of: "level")).lowerBound.utf16Offset(in: string(text))
    let finding = Finding("schema-type", .error, ByteRange(offset, offset + 5), "x")
    let fixes = suppressions(of: finding, in: snapshot)
    #expect(
      string(applied(fixes[0].edits, to: text))
        == "skills:\n  - uri: a\n    # masque-lint: disable-next-line schema-enum, schema-type -- why\n    level: b\n")
    let same = SourceText("ring: a # masque-lint: disable-line schema-enum\n")
    let second = suppressions(
      of: Finding("unknown-key", .warning, ByteRange(0, 4), "x"), in: Snapshot(path: "", text: same))
    #expect(
      string(applied(second[0].edits, to: same)) == "ring: a # masque-lint: disable-line schema-enum, unknown-key\n")
  }

  @Test func textsHaveNoRoomForComments() {
    let text = SourceText("lens: |\n  one\n  two\n")
    let inside = Finding("lens-breaks-block", .warning, ByteRange(16, 17), "x")
    let fixes = suppressions(of: inside, in: Snapshot(path: "", text: text))
    #expect(fixes.map(\.title) == ["Hide `lens-breaks-block` in this file"])
    let broken = Finding("yaml-syntax", .error, ByteRange(0, 1), "x")
    #expect(suppressions(of: broken, in: Snapshot(path: "", text: text)).isEmpty)
  }
}

@Suite struct TypingTests {
  /// What stands before the arrow is there when the character has been typed, the cursor at `$0`.
  @Test(arguments: [
    ("skills:\n$0", "skills:\n  $0"),
    ("skills:\n  - uri: a\n$0", "skills:\n  - uri: a\n    $0"),
    ("skills:\n  - uri: a\n  $0", "skills:\n  - uri: a\n    $0"),
    ("allowed:\n  - \"a *\"\n  $0", "allowed:\n  - \"a *\"\n  - $0"),
    ("allowed:\n  - \"a\n  $0", "allowed:\n  - \"a\n  $0"),
    ("intent:\n  allowed:\n    - x # why\n$0", "intent:\n  allowed:\n    - x # why\n    - $0"),
    ("allowed:\n  - \n  $0", "allowed:\n  - \n  $0"),
    ("ring: guest\n$0", "ring: guest\n$0"),
    ("  ring: guest\n$0", "  ring: guest\n  $0"),
    ("lens: |\n$0", "lens: |\n  $0"),
    ("lens: >-  # c\n$0", "lens: >-  # c\n  $0"),
    ("lens: |\n  text\n$0", "lens: |\n  text\n  $0"),
    ("lens: |\n  text\n    more\n$0\nmcp:\n", "lens: |\n  text\n    more\n    $0\nmcp:\n"),
    ("lens: |\n  text\n\n$0", "lens: |\n  text\n\n  $0"),
    ("lens: |\n  text\n\n$0mcp:\n", "lens: |\n  text\n\n$0mcp:\n"),
    ("lens: |\n  one\n$0two\n", "lens: |\n  one\n  $0two\n"),
    ("a:\n  - |\n$0", "a:\n  - |\n    $0"),
    ("a:\n  - b: |\n$0", "a:\n  - b: |\n      $0"),
    ("a:\n  - b:\n$0", "a:\n  - b:\n      $0"),
    ("ring: guest\n\n$0", "ring: guest\n\n$0"),
    ("ring:\n$0guest", "ring:\n  $0guest"),
    ("args: [\n$0", "args: [\n  $0"),
    ("args: [\n$0]", "args: [\n$0]"),
    ("args: [a,\n$0b]", "args: [a,\n$0b]"),
    ("  # why\n$0", "  # why\n  $0"),
    ("tagline: \"one\n$0two\"\n", "tagline: \"one\n$0two\"\n"),
    ("a: &x\n$0", "a: &x\n  $0"),
    ("\r\nskills:\r\n$0", "\r\nskills:\r\n  $0"),
    ("$0", "$0"),
  ])
  func afterALineBreak(_ before: String, _ after: String) {
    check(before, after, "\n")
  }

  @Test(arguments: [
    ("skills:\n-$0", "skills:\n  -$0"),
    ("intent:\n  allowed:\n  -$0", "intent:\n  allowed:\n    -$0"),
    ("intent:\n  allowed:\n    -$0", "intent:\n  allowed:\n    -$0"),
    ("skills:\n-$0\n- uri: a\n", "skills:\n-$0\n- uri: a\n"),
    ("skills:\n- uri: a\n-$0", "skills:\n- uri: a\n-$0"),
    ("servers:\n  - name: a\n    env:\n  -$0", "servers:\n  - name: a\n    env:\n  -$0"),
    ("lens: |\n-$0", "lens: |\n-$0"),
    ("ring: guest\n-$0", "ring: guest\n-$0"),
    ("skills:\n--$0", "skills:\n--$0"),
  ])
  func afterADash(_ before: String, _ after: String) {
    check(before, after, "-")
  }

  private func check(_ before: String, _ after: String, _ character: String) {
    let offset = before.utf8.count - (before.range(of: "$0").map { before[$0.lowerBound...].utf8.count } ?? 0)
    let text = SourceText(before.replacing("$0", with: ""))
    let edits = typingEdits(in: Snapshot(path: "", text: text), at: offset, after: character)
    var cursor = offset
    for edit in edits where edit.range.start <= cursor {
      cursor += edit.replacement.utf8.count - min(edit.range.count, cursor - edit.range.start)
    }
    var result = applied(edits, to: text)
    result.replace(ByteRange(at: cursor), with: "$0")
    #expect(string(result) == after)
  }

  /// Wherever a line break is typed, only the cursor's line changes, and only at its start.
  @Test func everywhere() {
    for persona in Persona.all {
      let bytes = Array(persona.text.utf8)
      for offset in stride(from: 0, through: bytes.count, by: 3) {
        let text = SourceText(Array(bytes[..<offset]) + [0x0A] + Array(bytes[offset...]))
        let lines = LineIndex(text)
        let snapshot = Snapshot(path: persona.path, text: text)
        for edit in typingEdits(in: snapshot, at: offset + 1, after: "\n") {
          let line = lines.contentRange(ofLine: lines.line(containing: offset + 1), in: text)
          #expect(edit.range.start == line.start && edit.range.end <= line.end)
          #expect(text[edit.range].allSatisfy { $0 == " " })
        }
      }
    }
  }
}

@Suite struct SortingTests {
  private func sorted(_ text: String) -> String? {
    let source = SourceText(text)
    guard case .edits(let edits) = sortKeys(in: Snapshot(path: "", text: source)) else { return nil }
    return string(applied(edits, to: source))
  }

  @Test func commentsTravel() {
    #expect(
      sorted(
        """
        # masque-lint: disable-file blank-lens

        # why guest
        ring: guest # indeed
        name: A

        # masque-lint: disable-next-line x
        lens: |
          b
          # text

        # two
        # lines
        intent:
          # the nots
          denied: []
          # inner end
          allowed: [a]
            # further in
          # of intent
        zeta: 1
        index: 1
        # the end

        """)
          == """
          # masque-lint: disable-file blank-lens

          name: A
          index: 1

          # why guest
          ring: guest # indeed

          # two
          # lines
          intent:
            # inner end
            allowed: [a]
              # further in
            # the nots
            denied: []
            # of intent

          # masque-lint: disable-next-line x
          lens: |
            b
            # text

          zeta: 1
          # the end

          """)
  }

  @Test func listsOfMaps() {
    #expect(
      sorted("skills:\n  - level: expert # l\n    uri: a\n  - {level: b, uri: c}\nname: x\n")
        == "name: x\nskills:\n  - uri: a\n    level: expert # l\n  - {uri: c, level: b}\n")
    // No room for a comment behind a dash.
    #expect(sorted("skills:\n  - level: a\n    # c\n    uri: b\n") == nil)
  }

  @Test func anchorsComeFirst() {
    let text = SourceText("ring: &r guest\nname: *r\n")
    guard case .refused(let reason) = sortKeys(in: Snapshot(path: "", text: text)) else {
      Issue.record("an alias before its anchor")
      return
    }
    #expect(reason.contains("anchor"))
    #expect(sorted("lens: x\nring: &r guest\nindex: *r\n") == nil)
    #expect(sorted("lens: *r\nring: &r guest\n") == nil)
    #expect(
      sorted("lens: x\nname: &r A\nattributes: {domain: *r}\n") == "name: &r A\nattributes: {domain: *r}\nlens: x\n")
  }

  @Test func whatIsSortedOrBrokenStays() {
    for persona in Persona.all {
      guard case .sorted = sortKeys(in: Snapshot(path: persona.path, text: SourceText(persona.text))) else {
        Issue.record("\(persona.path) is not sorted")
        continue
      }
    }
    #expect(sorted("ring: a\nname: [\n") == nil)
    #expect(sorted("ring: a\nring: b\nname: c\n") == nil)
    #expect(sorted("ring: a\n? name\n: c\n") == nil)
    #expect(sorted("lens: |+\n  a\n\nring: a\n") == nil)
    #expect(sorted("ring: a\nlens: b\nname: |\n  no end") == nil)
  }

  /// Sections in any order come back to the order that they had.
  @Test(arguments: Persona.all.map(\.path))
  func shuffledPersonas(_ path: String) throws {
    let persona = try #require(Persona.all.first { $0.path == path })
    let text = SourceText(persona.text)
    let snapshot = Snapshot(path: path, text: text)
    let root = try #require(snapshot.syntax.tree.root)
    let count = Array(snapshot.syntax.tree.pairs(of: root)).count
    for seed in 0..<12 as Range<Int> {
      var order = Array(0..<count)
      // Small and deterministic: rotations and swaps.
      order = Array(order[(seed % count)...] + order[..<(seed % count)])
      order.swapAt(seed % count, (seed * 5 + 3) % count)
      guard let edit = snapshot.syntax.reordering(root, to: order) else { continue }
      let shuffled = applied([edit], to: text)
      #expect(snapshot.syntax.hasSameMeaning(inAnyOrderAs: SyntaxTree(shuffled)))
      guard case .edits(let edits) = sortKeys(in: Snapshot(path: path, text: shuffled)) else {
        Issue.record("\(order)")
        continue
      }
      let back = applied(edits, to: shuffled)
      #expect(SyntaxTree(back).tree.hasSameMeaning(as: snapshot.syntax.tree))
      #expect(gist(findings(in: Snapshot(path: path, text: back))).isEmpty)
      guard case .sorted = sortKeys(in: Snapshot(path: path, text: back)) else {
        Issue.record("sorting twice is not sorting once")
        continue
      }
      #expect(string(back).split(separator: "\n").sorted() == persona.text.split(separator: "\n").sorted())
    }
  }
}

@Suite struct SectionTests {
  /// Every section that a persona lacks, or is made to lack, can be added, lints clean, and stands where it belongs.
  @Test(arguments: Persona.all.map(\.path), ["\n", "\r\n"])
  func everySection(_ path: String, _ lineBreak: String) throws {
    let persona = try #require(Persona.all.first { $0.path == path })
    let whole = Snapshot(path: path, text: SourceText(persona.text.replacing("\n", with: lineBreak)))
    let optional = ["attributes", "spinnerVerbs", "skills", "context", "knowledge", "access", "mcp", "performance"]
    for name in optional {
      var snapshot = whole
      let tree = whole.syntax.tree
      if let root = tree.root, let key = tree.pair(forKey: name, in: root)?.key {
        let edit = try #require(whole.syntax.removingPair(key))
        snapshot = Snapshot(path: path, text: applied([edit], to: whole.text))
      }
      #expect(missingSections(in: snapshot).contains(name))
      let edit = try #require(addingSection(name, to: snapshot))
      let text = applied([edit], to: snapshot.text)
      let added = Snapshot(path: path, text: text)
      let before = Set(gist(findings(in: snapshot)))
      #expect(gist(findings(in: added)).allSatisfy(before.contains), "\(string(text))")
      #expect(!missingSections(in: added).contains(name) && addingSection(name, to: added) == nil)
      guard case .sorted = sortKeys(in: added) else {
        Issue.record("\(name) is not in its place\n\(string(text))")
        continue
      }
      let formatting = format(added)
      #expect(
        formatting.edits.allSatisfy {
          !$0.range.overlaps(ByteRange(edit.range.start, edit.range.start + edit.replacement.utf8.count))
        }, "\(formatting.edits)")
    }
  }

  @Test func places() throws {
    func adding(_ name: String, _ text: String) throws -> String {
      let source = SourceText(text)
      return string(applied([try #require(addingSection(name, to: Snapshot(path: "", text: source)))], to: source))
    }
    #expect(try adding("access", "name: A\nlens: x") == "name: A\n\naccess:\n  ttl: PT8H\n\nlens: x")
    #expect(try adding("access", "name: A") == "name: A\n\naccess:\n  ttl: PT8H\n")
    #expect(try adding("access", "skills:\n  - a\nlens: x\n") == "skills:\n  - a\naccess:\n  ttl: PT8H\nlens: x\n")
    #expect(try adding("attributes", "# top\n\n# l\nlens: x\n").hasPrefix("# top\n\n# l\nattributes:\n"))
    #expect(
      try adding("context", "skills:\n  - a\n  # more\n\nlens: x\n")
        == "skills:\n  - a\n  # more\n\ncontext: |\n  Describe whom it works for, what they value, and what is scarce.\n\nlens: x\n"
    )
    #expect(addingSection("ring", to: Snapshot(path: "", text: SourceText("name: A\n"))) == nil)
    #expect(missingSections(in: Snapshot(path: "", text: SourceText("- a\n"))).isEmpty)
  }
}

@Suite struct RewritingTests {
  private func titles(_ text: String, at marker: String) -> [String: String] {
    let source = SourceText(text)
    let offset = text.range(of: marker).map { text[..<$0.lowerBound].utf8.count } ?? 0
    return Dictionary(
      uniqueKeysWithValues: rewritings(at: offset, in: Snapshot(path: "", text: source)).map {
        ($0.title, string(applied([$0.edit], to: source)))
      })
  }

  @Test func texts() {
    #expect(
      titles("a:\n  b: \"x y\"\n", at: "x") == [
        "Take the quotes off": "a:\n  b: x y\n", "Write the text as a `|` block": "a:\n  b: |-\n    x y\n",
        "Write the text as a `>` block": "a:\n  b: >-\n    x y\n",
      ])
    #expect(titles("a: plain\n", at: "plain")["Put the text in double quotes"] == "a: \"plain\"\n")
    #expect(titles("a: \"yes\"\n", at: "yes")["Take the quotes off"] == nil)
    #expect(titles("a: 12\n", at: "12").isEmpty)
    #expect(titles("a: |\n  x\n  y\n\nb: 1\n", at: "x")["Put the text in double quotes"] == "a: \"x\\ny\\n\"\n\nb: 1\n")
    let long = String(repeating: "word ", count: 50) + "end"
    let folded = titles("a: \(long)\n", at: "word")["Write the text as a `>` block"] ?? ""
    #expect(folded.hasPrefix("a: >-\n  word ") && folded.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(titles(folded, at: "word")["Write the text behind its key"] == "a: \(long)\n")
    #expect(titles("a: [\"x\", y]\n", at: "x").keys.contains("Write the text as a `|` block") == false)
  }

  @Test func collections() {
    let one = "Write the list on one line"
    let many = "Write the list with a line for each item"
    #expect(titles("a: [x, \"y z\"] # c\n", at: "x")[many] == "a:\n  - x\n  - \"y z\" # c\n")
    #expect(titles("a:\n  - x\n  - \"y z\"\nb: 1\n", at: "a")[one] == "a: [x, \"y z\"]\nb: 1\n")
    #expect(titles("a:\n  - x, y\n", at: "x")[one] == nil)
    #expect(titles("a:\n  - x # c\n  - y\n", at: "x")[one] == nil)
    #expect(titles("a:\n  - [x, y]\n", at: "x")[many] == "a:\n  - - x\n    - y\n")
    #expect(
      titles("a: {b: 1, c: *d}\n", at: "b").isEmpty)
    #expect(
      titles("a: {b: 1, c: x}\n", at: "a")["Write the map with a line for each key"] == "a:\n  b: 1\n  c: x\n")
    #expect(titles("a:\n  b: 1\n  c: x\n", at: "a")["Write the map on one line"] == "a: {b: 1, c: x}\n")
  }

  /// Everything that is offered in a persona leaves what it says, and what is said about it.
  @Test(arguments: Persona.all.map(\.path))
  func personas(_ path: String) throws {
    let persona = try #require(Persona.all.first { $0.path == path })
    let snapshot = Snapshot(path: path, text: SourceText(persona.text))
    var count = 0
    for node in snapshot.syntax.tree.nodes where node.kind == .scalar {
      for rewriting in rewritings(at: node.range.start, in: snapshot) {
        let text = applied([rewriting.edit], to: snapshot.text)
        let after = Snapshot(path: path, text: text)
        #expect(snapshot.syntax.hasSameMeaning(as: after.syntax))
        #expect(findings(in: after).isEmpty, "\(rewriting.title): \(gist(findings(in: after)))")
        count += 1
      }
    }
    #expect(count > 50)
  }
}

@Suite struct BrokenTextTests {
  private static let pieces = [
    "\n", " ", "\t", "- ", "-", ": ", ":", "#", " # x", "\"", "'", "[", "]", "{", "}", "|\n", ">", "&a ", "*a", "? ",
    "\r\n", "é", "---\n", "# masque-lint: disable-next-line schema-enum\n", "# masque-lint: disable-file a --",
  ]

  /// Whatever the text, every feature answers, inside the text, and what it proves holds.
  @Test(arguments: Persona.all.map(\.path))
  func everyFeature(_ path: String) throws {
    let persona = try #require(Persona.all.first { $0.path == path })
    var random = SystemRandomNumberGenerator()
    for _ in 0..<40 {
      var text = SourceText(persona.text)
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        let start = Int.random(in: 0...text.count, using: &random)
        let end = min(text.count, start + Int.random(in: 0...20, using: &random))
        text.replace(ByteRange(start, end), with: Self.pieces.randomElement(using: &random) ?? "")
      }
      let snapshot = Snapshot(path: path, text: text)
      let offset = Int.random(in: 0...text.count, using: &random)
      var edits: [[TextEdit]] = []
      for character in ["\n", "-"] { edits.append(typingEdits(in: snapshot, at: offset, after: character)) }
      for rewriting in rewritings(at: offset, in: snapshot) {
        edits.append([rewriting.edit])
        #expect(snapshot.syntax.hasSameMeaning(as: SyntaxTree(text.applying([rewriting.edit]).text)))
      }
      for name in missingSections(in: snapshot) { edits.append([addingSection(name, to: snapshot)].compactMap { $0 }) }
      for place in [nil, offset] {
        guard case .edits(let found) = sortKeys(in: snapshot, around: place) else { continue }
        edits.append(found)
        #expect(snapshot.syntax.hasSameMeaning(inAnyOrderAs: SyntaxTree(text.applying(found).text)))
      }
      for finding in findings(in: snapshot).prefix(5) {
        edits += suppressions(of: finding, in: snapshot).map(\.edits)
      }
      for edit in edits.joined() { #expect(0 <= edit.range.start && edit.range.end <= text.count, "\(string(text))") }
    }
  }
}

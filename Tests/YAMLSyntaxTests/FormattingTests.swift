import DocumentTree
import Foundation
import SeededRandom
import SourceText
import Testing
import YAMLSyntax

/// Pairs of files in `Tests/Fixtures/format`: `x.in.yaml` is formatted to `x.out.yaml`; what is refused stands in
/// `x.refused`. `RECORD=1 swift test` writes the two anew.
@Suite struct FormattingFixtureTests {
  static let folder = repository.appendingPathComponent("Tests/Fixtures/format")
  static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".in.yaml") }.sorted()

  @Test(arguments: names)
  func isFormatted(_ name: String) throws {
    let input = SourceText(Array(try Data(contentsOf: Self.folder.appendingPathComponent(name))))
    let formatting = SyntaxTree(input).formatted()
    let refusals = formatting.refusals.map { "\($0.range): \($0.reason)\n" }.joined()
    let output = Self.folder.appendingPathComponent(name.replacing(".in.yaml", with: ".out.yaml"))
    let refused = Self.folder.appendingPathComponent(name.replacing(".in.yaml", with: ".refused"))
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
      try Data(formatting.text.bytes).write(to: output)
      try? FileManager.default.removeItem(at: refused)
      if !refusals.isEmpty { try Data(refusals.utf8).write(to: refused) }
    }
    let expected = SourceText(Array(try Data(contentsOf: output)))
    #expect(formatting.text == expected, "got\n\(formatting.text[ByteRange(0, formatting.text.count)])")
    #expect(refusals == ((try? String(contentsOf: refused, encoding: .utf8)) ?? ""))
    checkFormatting(of: input)
  }

  /// The linter's fixtures have every mistake that people make.
  @Test func whatTheLinterFinds() throws {
    let folder = repository.appendingPathComponent("Tests/Fixtures/findings")
    var count = 0
    for case let url as URL in FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) ?? .init()
    where url.pathExtension == "yaml" {
      checkFormatting(of: SourceText(Array(try Data(contentsOf: url))), url.lastPathComponent)
      count += 1
    }
    #expect(count > 30)
  }

  @Test func thereAreFixtures() {
    #expect(Self.names.count >= 10)
  }
}

/// What holds for every formatting of every text.
func checkFormatting(of text: SourceText, in range: ByteRange? = nil, _ note: String = "") {
  let syntax = SyntaxTree(text)
  let formatting = syntax.formatted(in: range)
  let (applied, dropped) = text.applying(formatting.edits)
  #expect(dropped.isEmpty && applied == formatting.text)
  #expect(syntax.hasSameMeaning(as: SyntaxTree(applied)))
  #expect(formatting.edits.allSatisfy { $0.range.end <= text.count && text[$0.range] != $0.replacement })
  #expect(zip(formatting.edits, formatting.edits.dropFirst()).allSatisfy { $0.range.end <= $1.range.start })
  if range == nil {
    let again = SyntaxTree(applied).formatted()
    #expect(again.edits.isEmpty, "\(note)\n\(applied[ByteRange(0, applied.count)])\n\(again.edits)")
  }
}

@Suite struct FormattingTests {
  @Test(arguments: personas().map(\.name))
  func personasAreAsTheyShouldBe(_ name: String) throws {
    let text = try #require(personas().first { $0.name == name }).text
    let formatting = SyntaxTree(text).formatted()
    #expect(formatting.edits.isEmpty && formatting.refusals.isEmpty)
  }

  @Test func anEmptyText() {
    for text in ["", "\n", "  \n\n", "\u{FEFF}", "# only\n", "   # only", "---\n", "\t\n"] {
      checkFormatting(of: SourceText(text), text.debugDescription)
    }
    #expect(SyntaxTree(SourceText("\n\n")).formatted().text.count == 0)
    #expect(SyntaxTree(SourceText("   # only")).formatted().text == SourceText("# only\n"))
  }

  /// Blanks are added, taken away and moved wherever that leaves the meaning as it is: formatting gives the persona back.
  @Test(arguments: personas().map(\.name))
  func shakenPersonas(_ name: String) throws {
    let text = try #require(personas().first { $0.name == name }).text
    for seed in 0..<12 as Range<UInt64> {
      var random = SplitMix64(seed: seed &* 7919 &+ UInt64(name.utf8.count))
      let shaken = shake(text, &random)
      checkFormatting(of: shaken, "\(name) \(seed)")
      let formatting = SyntaxTree(shaken).formatted()
      #expect(formatting.refusals.isEmpty)
      let plain = formatting.text[ByteRange(formatting.text.byteOrderMarkLength, formatting.text.count)]
        .replacing("\r\n", with: "\n").replacing(#/ +# why/#, with: "")
      let original = text[ByteRange(0, text.count)]
      let difference = zip(plain.split(separator: "\n"), original.split(separator: "\n")).first { $0 != $1 }
      #expect(plain == original, "\(seed): \(difference.map { "\($0)" } ?? "")")
    }
  }

  @Test(arguments: personas().map(\.name))
  func prefixes(_ name: String) throws {
    let text = try #require(personas().first { $0.name == name }).text
    var end = 0
    while end < text.count {
      checkFormatting(of: SourceText(Array(text.bytes[..<end])), "\(name) up to \(end)")
      end += 1 + (end % 7)
    }
  }

  /// Random edits leave broken texts: nothing is lost, and nothing crashes.
  @Test(arguments: personas().map(\.name))
  func randomEdits(_ name: String) throws {
    let original = try #require(personas().first { $0.name == name }).text
    var random = SplitMix64(seed: 42)
    let pieces = [
      " ", "\n", "\t", "- ", ":", "#", "\"", "'", "[", "}", "&a ", "*a", "|", ">", "? ", "---\n", "\r\n", "é",
    ]
    for round in 0..<120 {
      var text = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let start = Int.random(in: 0...text.count, using: &random)
        let end = min(text.count, start + Int.random(in: 0...3, using: &random))
        text.replace(ByteRange(start, end), with: pieces.randomElement(using: &random) ?? " ")
      }
      checkFormatting(of: text, "\(name) \(round)")
      let start = Int.random(in: 0...text.count, using: &random)
      checkRange(of: text, ByteRange(start, min(text.count, start + Int.random(in: 0...400, using: &random))))
    }
  }

  /// Lines outside the range keep every byte.
  private func checkRange(of text: SourceText, _ range: ByteRange) {
    checkFormatting(of: text, in: range)
    let lines = LineIndex(text)
    let first = Int(lines.starts[lines.line(containing: range.start)])
    let lastLine = lines.line(containing: max(range.start, range.end - 1))
    let last = lastLine + 1 < lines.lineCount ? Int(lines.starts[lastLine + 1]) : text.count
    for edit in SyntaxTree(text).formatted(in: range).edits {
      #expect(first <= edit.range.start && edit.range.end <= last)
    }
  }

  @Test(arguments: personas().map(\.name))
  func ranges(_ name: String) throws {
    let text = try #require(personas().first { $0.name == name }).text
    var random = SplitMix64(seed: 7)
    for _ in 0..<20 {
      let shaken = shake(text, &random)
      let start = Int.random(in: 0...shaken.count, using: &random)
      checkRange(of: shaken, ByteRange(start, min(shaken.count, start + Int.random(in: 0...600, using: &random))))
    }
  }
}

/// The same masque with other spacing.
private func shake(_ text: SourceText, _ random: inout SplitMix64) -> SourceText {
  let syntax = SyntaxTree(text)
  var lines = text[ByteRange(0, text.count)].split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  let extra = Int.random(in: 0...3, using: &random)
  let inner = String(repeating: " ", count: extra)
  var isText = false
  for index in lines.indices {
    let line = lines[index]
    let content = line.drop { $0 == " " }
    let depth = line.count - content.count
    if depth == 0, !content.isEmpty { isText = false }
    if content.isEmpty {
      if Int.random(in: 0..<4, using: &random) == 0, !isText { lines[index] = "  \n\n    " }
      continue
    }
    // Deeper levels move as one.
    var new = String(repeating: " ", count: isText ? depth + extra : depth / 2 * (2 + extra)) + content
    if !isText, content.hasPrefix("- ") { new = new.replacing("- ", with: "- " + inner, maxReplacements: 1) }
    if !isText, !content.hasPrefix("#") {
      if let colon = new.range(of: ": "), !new[..<colon.lowerBound].contains("\""),
        Int.random(in: 0..<3, using: &random) == 0
      {
        new.replaceSubrange(colon, with: Bool.random(using: &random) ? " :   " : ":\t ")
      }
      if Int.random(in: 0..<5, using: &random) == 0 { new += "   " }
      if new.hasSuffix("\""), !new.contains("'"), !new.contains("\\"), Int.random(in: 0..<4, using: &random) == 0 {
        new = new.replacing("\"", with: "'")
      }
      if Int.random(in: 0..<8, using: &random) == 0, !content.hasSuffix("|") { new += "   # why" }
    } else if !isText, Bool.random(using: &random), lines[index + 1].hasPrefix("#") {
      // The last of a group says where it belongs.
      new = String(repeating: " ", count: Int.random(in: 0...3, using: &random)) + new
    }
    if content.hasSuffix(": |") { isText = true }
    lines[index] = new
  }
  var joined = lines.joined(separator: "\n")
  if Bool.random(using: &random) { joined = joined.replacing("\n", with: "\r\n") }
  let shaken = SourceText((Bool.random(using: &random) ? "\u{FEFF}" : "") + joined)
  #expect(SyntaxTree(shaken).isWellFormed && SyntaxTree(shaken).tree.nodes.count == syntax.tree.nodes.count)
  return shaken
}

import DocumentTree
import SourceText
import Testing
import YAMLSyntax

/// Each case: a document whose only value holds the text `mark`, and the bytes that must be found for it.
@Suite struct ScalarPlacesTests {
  static let cases: [(document: String, mark: String, written: String)] = [
    ("a: one two", "two", "two"),
    ("a: 'it''s two'", "two", "two"),
    ("a: 'it''s two'", "'", "''"),
    (#"a: "x \"two\" y""#, "two", "two"),
    (#"a: "x \"two\" y""#, "\"two\"", #"\"two\""#),
    (#"a: "caf\u00e9 two""#, "é", #"\u00e9"#),
    (#"a: "caf\u00e9 two""#, "two", "two"),
    (#"a: "\U0001F600 two""#, "two", "two"),
    (#"a: "é\ttwo""#, "\ttwo", #"\ttwo"#),
    ("a: \"one \\\n   two\"", "two", "two"),
    ("a: \"one\n\n   two\"", "two", "two"),
    ("a: \"one  \n   two three\"", "e two t", "e  \n   two t"),
    ("a: one\n  two three", "two", "two"),
    ("a: one\r\n  two three", "two", "two"),
    ("a: 'one\n\n  two'", "two", "two"),
    ("a: |\n  one\n  two", "two", "two"),
    ("a: |\r\n  one\r\n  two\r\n", "two", "two"),
    ("a: |\n  one\n\n    two x\n", "  two", "  two"),
    ("a: |2\n    one\n  two\n", "  one", "  one"),
    ("a: >\n  one\n  two\n", "two", "two"),
    ("a: >-\n  one\n\n\n  two\n\n", "two", "two"),
    ("a: >\n  one\n    more\n  two\n", "  more", "  more"),
    ("a: >\n  one\n    more\n  two\n", "two", "two"),
    ("a: \"\\\n  two\"", "two", "two"),
    ("a: !!str two", "two", "two"),
    ("a: &x \"\\ttwo\"", "two", "two"),
    (#"{"a": "x\/two"}"#, "two", "two"),
  ]

  @Test(arguments: cases.indices)
  func place(_ index: Int) throws {
    let (document, mark, written) = Self.cases[index]
    let syntax = SyntaxTree(SourceText(document))
    let node = try #require(syntax.topLevelPairs.first?.value)
    let text = Array(syntax.tree.text(of: node).utf8)
    let start = try #require(
      text.indices.first { text[$0...].starts(with: mark.utf8) }, "\(String(decoding: text, as: UTF8.self))")
    let range = syntax.tree.sourceRange(ofText: start..<(start + mark.utf8.count), in: node)
    #expect(syntax.text[range] == written, "\(document)")
  }

  @Test(arguments: cases.indices)
  func everyRangeIsInTheScalar(_ index: Int) throws {
    let syntax = SyntaxTree(SourceText(Self.cases[index].document))
    let node = try #require(syntax.topLevelPairs.first?.value)
    let scalar = syntax.tree[node].range
    let count = syntax.tree.text(of: node).utf8.count
    for start in -1...count {
      var last = scalar.start
      for end in start...(count + 1) {
        let range = syntax.tree.sourceRange(ofText: start..<end, in: node)
        #expect(scalar.encloses(range) && range.end >= last, "\(start)..<\(end) of \(Self.cases[index].document)")
        last = range.end
      }
    }
  }

  /// Where text and source are alike, the way back leads to the same byte whatever the style.
  @Test(arguments: ["plain", "'single'", "\"double\"", "|\n  literal", ">\n  folded"])
  func equalTexts(_ value: String) throws {
    let syntax = SyntaxTree(SourceText("a: \(value)\n"))
    let node = try #require(syntax.topLevelPairs.first?.value)
    let text = Array(syntax.tree.text(of: node).utf8.prefix { $0 != 0x0A })
    for offset in text.indices {
      let range = syntax.tree.sourceRange(ofText: offset..<(offset + 1), in: node)
      #expect(range.count == 1 && syntax.text.bytes[range.start] == text[offset])
    }
  }
}

import DocumentTree
import SourceText
import Testing
import YAMLSyntax

/// Each case: the document, what is done to it, and every byte of what comes out.
@Suite struct EditingTests {
  enum Action: Sendable {
    case insert([(String, String)], into: String, after: String?)
    case removePair(String)
    case removeItem(String, Int)
    case replace(String, String)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var before: String
    var action: Action
    var after: String?
    var testDescription: String { "\(action) in \(before)" }
    init(_ before: String, _ action: Action, _ after: String?) {
      self.before = before
      self.action = action
      self.after = after
    }
  }

  static let cases: [Case] = [
    Case("a: 1 # x\nc: 3\n", .insert([("b", "2")], into: "", after: "a"), "a: 1 # x\nb: 2\nc: 3\n"),
    Case("b: 2\n", .insert([("a", "1")], into: "", after: nil), "a: 1\nb: 2\n"),
    Case("a: 1", .insert([("b", "2")], into: "", after: "a"), "a: 1\nb: 2"),
    Case("a: 1\r\n", .insert([("b", "\n  - x")], into: "", after: "a"), "a: 1\r\nb:\r\n  - x\r\n"),
    Case(
      "l:\n  - x: 1\n    # note\n  - x: 2\n", .insert([("y", "3")], into: "l[0]", after: "x"),
      "l:\n  - x: 1\n    y: 3\n    # note\n  - x: 2\n"),
    Case("l:\n  - x: 1\n", .insert([("w", "0")], into: "l[0]", after: nil), "l:\n  - w: 0\n    x: 1\n"),
    Case("m: {x: 1, z: 3}\n", .insert([("w", "2")], into: "m", after: "x"), "m: {x: 1, w: 2, z: 3}\n"),
    Case("m: {x: 1}\n", .insert([("w", "0")], into: "m", after: nil), "m: {w: 0, x: 1}\n"),
    Case("a: |\n  text\n\n\nb: 1\n", .insert([("c", "2")], into: "", after: "a"), "a: |\n  text\nc: 2\n\n\nb: 1\n"),
    Case("a: 1\nb: 2 # gone\nc: 3\n", .removePair("b"), "a: 1\nc: 3\n"),
    Case("a: 1\nb: 2", .removePair("b"), "a: 1"),
    Case("a: 1\r\nb: 2", .removePair("b"), "a: 1"),
    Case("l:\n  - x: 1\n    y: 2\n", .removePair("l[0].x"), "l:\n  - y: 2\n"),
    Case("l:\n  - x: 1\n    # keep\n    y: 2\n", .removePair("l[0].x"), nil),
    Case("m: {x: 1, y: 2}\n", .removePair("m.x"), "m: {y: 2}\n"),
    Case("m: {x: 1, y: 2}\n", .removePair("m.y"), "m: {x: 1}\n"),
    Case("m:\n  x: 1\nn: 2\n", .removePair("m.x"), "m:\n  {}\nn: 2\n"),
    Case("l:\n- a # one\n- b\n", .removeItem("l", 0), "l:\n- b\n"),
    Case("l:\n  - a\n  - b\n", .removeItem("l", 1), "l:\n  - a\n"),
    Case("l: [a, b, c]\n", .removeItem("l", 1), "l: [a, c]\n"),
    Case("l: [a, b]\n", .removeItem("l", 1), "l: [a]\n"),
    Case("l: [a]\n", .removeItem("l", 0), "l: []\n"),
    Case("l:\n  - - a\n    - b\n", .removeItem("l[0]", 0), "l:\n  - - b\n"),
    Case("a: x # y\n", .replace("a", "no"), "a: \"no\" # y\n"),
    Case("a: 'x'\n", .replace("a", "it's"), "a: 'it''s'\n"),
    Case("a: \"x\"\n", .replace("a", "say \"hi\""), "a: \"say \\\"hi\\\"\"\n"),
    Case("a:\nb: 1\n", .replace("a", "x"), "a: x\nb: 1\n"),
    Case("a: [x]\n", .replace("a[0]", "y, z"), "a: [\"y, z\"]\n"),
    Case("a: |\n  x\n", .replace("a", "y"), nil),
  ]

  @Test(arguments: cases)
  func edits(_ c: Case) throws {
    let syntax = SyntaxTree(SourceText(c.before))
    let edit: TextEdit?
    switch c.action {
    case .insert(let pairs, let path, let after):
      let mapping = try #require(find(path, syntax))
      let key = after.flatMap { syntax.tree.pair(forKey: $0, in: mapping)?.key }
      edit = syntax.inserting(pairs.map { (key: $0.0, value: $0.1) }, into: mapping, after: key)
    case .removePair(let path):
      let value = try #require(find(path, syntax))
      let parent = try #require(syntax.tree.parent(of: value))
      let key = try #require(syntax.tree.pairs(of: parent).first { $0.value == value }?.key)
      edit = syntax.removingPair(key)
    case .removeItem(let path, let index):
      let sequence = try #require(find(path, syntax))
      edit = syntax.removingItem(Array(syntax.tree.children(of: sequence))[index])
    case .replace(let path, let text):
      edit = syntax.replacing(try #require(find(path, syntax)), withText: text)
    }
    guard let after = c.after else {
      #expect(edit == nil)
      return
    }
    let result = syntax.text.applying([try #require(edit)]).text
    #expect(result == SourceText(after), "\(result[ByteRange(0, result.count)])")
    #expect(SyntaxTree(result).isWellFormed)
  }

  /// The node at a path such as `l[0].x`.
  private func find(_ path: String, _ syntax: SyntaxTree) -> NodeID? {
    var node = syntax.tree.root
    for part in path.split(whereSeparator: { $0 == "." || $0 == "[" }) {
      guard let current = node else { return nil }
      if part.hasSuffix("]"), let index = Int(part.dropLast()) {
        node = Array(syntax.tree.children(of: current))[index]
      } else {
        node = syntax.tree.value(forKey: String(part), in: current)
      }
    }
    return node
  }

  @Test(arguments: [
    "plain", "two words", "", " x", "x ", "a: b", "a:b", "a #b", "a#b", "*", "- x", "-x", "?", "no", "~", "null",
    "true",
    "1", "1.0", "0o7", "1:30", "2026-01-15", "[x]", "{x}", "x]", "a, b", "\"q\"", "it's", "back\\slash", "tab\tx",
    "line\nbreak", "é", "🎭 mask", "\u{85}", "\u{2028}", "\u{FEFF}", "\u{0}", "\u{7F}", "%x", "@x", "`x`", "!x", "&x",
    "|", ">", "=", "<<", "---", "...", "...x", "--- x", ":", "x:", ": x", "key: value # c", "\u{9F}", "y", "Off",
  ])
  func textReadsBackAsItself(_ text: String) {
    for (document, path) in [
      ("a: \(ScalarWriting.scalar(text))\n", "a"), ("a: [\(ScalarWriting.scalar(text, inFlow: true)), z]\n", "a[0]"),
      ("a: {k: \(ScalarWriting.scalar(text, inFlow: true))}\n", "a.k"),
      ("- \(ScalarWriting.doubleQuoted(text))\n", "[0]"),
      ("a: \(ScalarWriting.singleQuoted(text) ?? ScalarWriting.doubleQuoted(text)) # c\n", "a"),
    ] {
      let syntax = SyntaxTree(SourceText(document))
      #expect(syntax.problems.isEmpty, "\(document) \(syntax.problems.map(\.message))")
      let node = find(path, syntax)
      #expect(node.map { syntax.tree.text(of: $0) } == text, "\(document)")
      #expect(node.map { syntax.tree[$0].type } == .string, "\(document)")
    }
  }
}

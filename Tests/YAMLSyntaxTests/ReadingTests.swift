import DocumentTree
import SourceText
import Testing
import YAMLSyntax

@Suite struct ReadingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var yaml: String
    var outline: String
    var testDescription: String { yaml }
    init(_ yaml: String, _ outline: String) {
      self.yaml = yaml
      self.outline = outline
    }
  }

  static let wellFormed: [Case] = [
    Case("", ""),
    Case("# only a comment\n", ""),
    Case("a: 1\nb: [x, 'y', \"z\"]\n", "{a: 1i, b: [x, y, z]}"),
    Case("a:\n- 1\n- 2\nb: {c: d, e: }\n", "{a: [1i, 2i], b: {c: d, e: ∅}}"),
    Case("a: |\n  one\n  two\n\nb: >-\n  three\n  four\n", "{a: one⏎two⏎, b: three four}"),
    Case("t: \"a\\tb\\u00e9\"\nu: 'it''s'\n", "{t: a\tbé, u: it's}"),
    Case(
      "a: [~, null, Null, true, FALSE, 0x1F, 0o17, 1e3, .5, -.inf, .nan, 1.]\n",
      "{a: [null, null, null, true?, false?, 0x1Fi, 0o17i, 1e3f, .5f, -.inff, .nanf, 1.f]}"),
    Case(
      "a: [no, yes, on, 010, 1:30, 0b1, 1_000, +1, -0, 0x, 1e, '1']\n",
      "{a: [no, yes, on, 010i, 1:30, 0b1, 1_000, +1i, -0i, 0x, 1e, 1]}"),
    Case("a: &x [1]\nb: *x\nc: &x 2\nd: *x\n", "{a: [1i], b: *2, c: 2i, d: *7}".replacing("*7", with: "*7")),
    Case("base: &b {x: 1}\nuse:\n  <<: *b\n  y: 2\n", "{base: {x: 1i}, use: {<<: *2, y: 2i}}"),
    Case("a: !!str 1\nb: !!int '2'\n", "{a: 1, b: 2i}"),
    Case("- a\n-\n- - b\n", "[a, ∅, [b]]"),
    Case("\u{FEFF}a: 1\n", "{a: 1i}"),
    Case("a: 1\r\nb: 2\r\n", "{a: 1i, b: 2i}"),
    Case("a: 1\rb: 2\r", "{a: 1i, b: 2i}"),
    Case("---\na: 1\n", "{a: 1i}"),
    Case("ключ: значение\n名: 🎭 x\nlast: é\n", "{ключ: значение, 名: 🎭 x, last: é}"),
  ]

  @Test(arguments: wellFormed)
  func reads(_ c: Case) {
    let tree = SyntaxTree(SourceText(c.yaml))
    #expect(outline(tree.tree) == c.outline)
    #expect(tree.problems.isEmpty)
    #expect(tree.isWellFormed)
    checkInvariants(tree)
  }

  /// What a broken document still gives, and what is said of it.
  struct Broken: Sendable, CustomTestStringConvertible {
    var yaml: String
    var outline: String
    /// Each as `kind@text`: the text of its range.
    var problems: [String]
    var testDescription: String { yaml }
    init(_ yaml: String, _ outline: String, _ problems: String...) {
      self.yaml = yaml
      self.outline = outline
      self.problems = problems
    }
  }

  static let broken: [Broken] = [
    Broken("a: 1\nscore: *\nb: 2\n", "{a: 1i, score: ~*, b: 2i}", "unquotedText@*"),
    Broken("score: -\n", "{score: ~-}", "unquotedText@-"),
    Broken("l:\n  - * without tests\n  - ok\n", "{l: [~* without tests, ok]}", "unquotedText@* without tests"),
    Broken("l:\n- [a-z]* x\n- b\n", "{l: [~[a-z]* x, b]}", "unquotedText@[a-z]* x"),
    Broken("l:\n  - {a,b} y # c\nm: 1\n", "{l: [~{a,b} y], m: 1i}", "unquotedText@{a,b} y"),
    Broken("- @x\n- y\n", "[~@x, y]", "unquotedText@@x"),
    Broken("t: build: fast\nb: 1\n", "{t: ~build: fast, b: 1i}", "unquotedText@build: fast"),
    Broken("l:\n  - one: two: three\n", "{l: [{one: ~two: three}]}", "unquotedText@two: three"),
    Broken("a: 'x\nb: 1\n", "{a: ~x, b: 1i}", "syntax@'x"),
    Broken("a: \"x\nb: \"y\"\nc: 3\n", "{a: ~x, b: y, c: 3i}", "syntax@\"x"),
    Broken("a: [1, 2\nb: 3\n", "{a: ~[1, 2, b: 3i}", "syntax@["),
    Broken("a: {x: 1\nb: 3\n", "{a: ~{x: 1, b: 3i}", "syntax@{"),
    Broken("a: 1\nrin\nb: 2\n", "{a: 1i, ~rin: ∅, b: 2i}", "syntax@rin"),
    Broken("rin\nb: 2\n", "{~rin: ∅, b: 2i}", "syntax@rin"),
    Broken("b: 2\nrin", "{b: 2i, ~rin: ∅}", "syntax@rin"),
    Broken("a: 1\n b: 2\nc: 3\n", "{a: 1i, b: 2i, c: 3i}", "syntax@b: 2"),
    Broken("i:\n    a: [x]\n  d: [y]\nc: 3\n", "{i: {a: [x], d: [y]}, c: 3i}", "syntax@d: [y]"),
    Broken("i:\n  a:\n    - x\n   - y\n  b: 1\nc: 3\n", "{i: {a: [x, y], b: 1i}, c: 3i}", "syntax@- y"),
    Broken("i:\n\ta: 1\n\tb: 2\nc: 3\n", "{i: {a: 1i, b: 2i}, c: 3i}", "tabIndentation@\t"),
    Broken("i:\n  a: 1\n\tb: 2\nc: 3\n", "{i: {a: 1i, b: 2i}, c: 3i}", "tabIndentation@\t"),
    Broken("a: \"x\" y\nb: 1\n", "{a: ~\"x\" y, b: 1i}", "syntax@\"x\" y"),
    Broken("a: \"\\q\"\nb: 1\n", "{a: ~\\q, b: 1i}", "syntax@\\q"),
    Broken("a: > text\nb: 1\n", "{a: ~> text, b: 1i}", "unquotedText@> text"),
    Broken("a: }\nb: 1\n", "{a: ~}, b: 1i}", "unquotedText@}"),
    Broken("a: 1\n}\nb: 1\n", "{a: 1i, b: 1i}", "syntax@}"),
    Broken("<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> other\nb: 3\n", "{a: 1i, b: 3i}", "conflictMarker@<<<<<<< HEAD"),
    Broken("a: 1\n---\nb: 2\n", "{a: 1i}", "multipleDocuments@---"),
    Broken("a: 1\na: 2\n", "{a: 1i, a: 2i}", "duplicateKey@a"),
    Broken("a: *nope\n", "{a: *-1}", "syntax@*nope"),
    Broken("a: !rush x\n", "{a: x}", "unknownTag@!rush"),
    Broken("a: x\u{0}y\nb: 1\n", "{a: x\u{0}y, b: 1i}", "encoding@\u{0}"),
    Broken("a: &x [*x]\n", "{a: [*2]}", "aliasBudget@*x"),
    // Found by fuzzing: what is wrong stands in no section.
    Broken("%YAML 1.2\n---!!str 1\n...\n", "", "syntax@---!!str 1"),
    Broken("%YAML 3.0\n---\na: 1\n", "{a: 1i}", "syntax@%YAML 3.0"),
    Broken("[[2],\n]I", "[[2i]]", "syntax@]"),
  ]

  @Test(arguments: broken)
  func mends(_ c: Broken) {
    let tree = SyntaxTree(SourceText(c.yaml))
    #expect(outline(tree.tree) == c.outline)
    #expect(tree.problems.map { "\($0.kind)@\(tree.text[$0.range])" } == c.problems, "\(tree.problems.map(\.message))")
    checkInvariants(tree)
  }
}

/// What holds of every tree, whatever the text.
func checkInvariants(_ syntax: SyntaxTree, _ location: SourceLocation = #_sourceLocation) {
  let tree = syntax.tree
  let count = syntax.text.count
  var previousStart: Int32 = -1
  var stack: [Int] = []
  for (index, node) in tree.nodes.enumerated() {
    while let last = stack.last, index >= last + Int(tree.nodes[last].subtree) { stack.removeLast() }
    #expect(
      node.start >= 0 && node.start <= node.end && Int(node.end) <= count, "node \(index)", sourceLocation: location)
    #expect(Int(node.parent) == stack.last ?? -1, "node \(index)", sourceLocation: location)
    if let parent = stack.last {
      #expect(
        tree.nodes[parent].start <= node.start && node.end <= tree.nodes[parent].end, "node \(index) \(outline(tree))",
        sourceLocation: location)
    }
    #expect(node.start >= previousStart, "node \(index)", sourceLocation: location)
    previousStart = node.start
    if node.kind == .mapping || node.kind == .sequence {
      let children = Array(tree.children(of: NodeID(index)))
      #expect(children.count == Int(node.count) * (node.kind == .mapping ? 2 : 1), sourceLocation: location)
      stack.append(index)
    } else {
      #expect(node.subtree == 1, sourceLocation: location)
    }
  }
  for problem in syntax.problems {
    #expect(problem.range.start >= 0 && problem.range.end <= count, "\(problem)", sourceLocation: location)
    #expect(!problem.message.isEmpty, sourceLocation: location)
  }
  for comment in syntax.comments {
    #expect(comment.end <= count && syntax.text.bytes[comment.start] == UInt8(ascii: "#"), sourceLocation: location)
  }
}

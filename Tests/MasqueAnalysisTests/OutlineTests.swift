import MasqueAnalysis
import SourceText
import Testing

@Suite struct OutlineTests {
  static let text = """
    name: Codesmith
    index: 1
    ring: player
    attributes:
      domain: programming
      tagline: Small changes.
    spinnerVerbs:
      mode: append
      verbs: ["Codesmith:Forging...", x]
    skills:
      - uri: skill://a/b
        level: expert
      - level: novice
    intent:
      allowed:
        - "implement *"
      denied: []
    lens: |

      Think.
      Twice.
    access: {ttl: PT1H, credentials: [{source: vault, scope: read-only}]}
    mcp:
      servers:
        - type: stdio
          name: handbook
          command: npx
    performance:
      score: "+"
      history:
        - date: 2026-01-31T09:30:00Z
          score: "*"
        - e
    """

  @Test func theWholeOutline() {
    #expect(
      outline(Self.text) == """
        name name: Codesmith
        number index: 1
        choice ring: player
        map attributes: Small changes.
          text domain: programming
          text tagline: Small changes.
        map spinnerVerbs: append
          choice mode: append
          list verbs: 2 verbs
            text Codesmith:Forging...
            text x
        list skills: 2 skills
          skill skill://a/b: expert
          skill skill 2: novice
        map intent: 1 allowed, 0 denied
          list allowed: 1 pattern
            pattern implement *
          list denied: 0 patterns
        text lens: Think.
        map access: PT1H
          text ttl: PT1H
          list credentials: 1 credential
            credential vault: read-only
        map mcp: 1 server
          list servers: 1 server
            server handbook: stdio
        map performance: +
          choice score: +
          list history: 2 evaluations
            evaluation 2026-01-31T09:30:00Z: *
            evaluation e

        """)
  }

  @Test(
    arguments: [
      ("name: [\nring: player\nlens: x\n", ["name", "ring", "lens"]),
      ("\tname: x\nring: player\n", ["ring"]), ("ring: player\nlen", ["ring", "len"]), ("", []), ("- a\n- b\n", []),
      ("a: *b\nc: &d {e: f}\ng: *d\n", ["a", "c", "g"]), ("? [x]\n: y\n", ["[x]"]), ("\"\": 1\n", ["\"\""]),
      ("? |\n  many\n  lines\n: y\n", ["many"]),
    ])
  func brokenAndOddTexts(_ text: String, _ names: [String]) {
    let symbols = documentSymbols(in: Snapshot(path: "", text: SourceText(text)))
    #expect(names.allSatisfy(symbols.map(\.name).contains), "\(symbols.map(\.name))")
    #expect(symbols.allSatisfy { !$0.name.isEmpty })
  }

  @Test func aliasesHaveTheNamesOfWhatTheyStandFor() {
    let text = "attributes:\n  s: &s {uri: skill://a/b, level: expert}\nskills: [*s]\n"
    #expect(outline(text).hasSuffix("list skills: 1 skill\n  skill skill://a/b: expert\n"))
  }

  @Test(arguments: AnalysisRobustnessTests.documents.indices)
  func rangesLieInEachOther(_ index: Int) {
    let (name, text) = AnalysisRobustnessTests.documents[index]
    for length in stride(from: text.count, through: 0, by: -11) {
      let snapshot = Snapshot(path: name, text: SourceText(Array(text.bytes[..<length])))
      func check(_ symbols: [DocumentSymbol], in outer: ByteRange) {
        for symbol in symbols {
          #expect(
            outer.encloses(symbol.range) && symbol.range.encloses(symbol.selectionRange), "\(name) \(length) \(symbol)")
          #expect(!symbol.name.isEmpty && !symbol.name.contains(where: \.isNewline))
          #expect(symbol.detail.map { !$0.contains(where: \.isNewline) } ?? true)
          check(symbol.children, in: symbol.range)
        }
      }
      check(documentSymbols(in: snapshot), in: ByteRange(0, length))
      var lastLine = -1
      let lines = LineIndex(snapshot.text)
      for fold in foldingRanges(in: snapshot) {
        let (first, last) = (lines.line(containing: fold.range.start), lines.line(containing: fold.range.end))
        #expect(fold.range.end <= length && first < last && lastLine < first, "\(name) \(length) \(fold)")
        lastLine = first
      }
      for offset in [0, length / 2, length] {
        let ranges = selectionRanges(in: snapshot, at: offset)
        #expect(!ranges.isEmpty && ranges.allSatisfy { $0.touches(offset) && $0.end <= length })
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $1.encloses($0) && $0 != $1 })
      }
    }
  }

  @Test(
    arguments: [
      (
        text,
        [
          3...5, 6...8, 9...12, 10...11, 13...16, 14...15, 17...20, 22...26, 23...26, 24...26, 27...32, 29...32,
          30...31,
        ]
      ),
      ("# a\n# b\n\n# c\nx: [\n  1\n]\ny: {a: 1,\n  b: 2}\n", [0...1, 4...5, 7...8]),
      ("a: 1 # x\n# y\nb: 2", []), ("a:\r\n  b: 1\r\n\r\nc: 2\r\n", [0...1]), ("# a\r\n# b\r\nc: 1", [0...1]),
      ("lens: |\n  x\n\n  y\n\n\nring: z\n", [0...3]),
    ] as [(String, [ClosedRange<Int>])])
  func folds(_ text: String, _ expected: [ClosedRange<Int>]) {
    let snapshot = Snapshot(path: "", text: SourceText(text))
    let lines = LineIndex(snapshot.text)
    let found = foldingRanges(in: snapshot).map {
      lines.line(containing: $0.range.start)...lines.line(containing: $0.range.end)
    }
    #expect(found == expected)
  }

  @Test(
    arguments: [
      (
        "intent:\n  allowed: [\"im$0plement *\"]\n",
        [
          "implement", "implement *", "\"implement *\"", "[\"implement *\"]", "allowed: [\"implement *\"]",
          "intent:\n  allowed: [\"implement *\"]", "intent:\n  allowed: [\"implement *\"]\n",
        ]
      ),
      ("ri$0ng: player", ["ring", "ring: player"]),
      ("a: b # one t$0wo\n", ["two", "# one two", "a: b # one two\n"]),
      ("lens: |\n  one\n  t$0wo\n", ["two", "|\n  one\n  two", "lens: |\n  one\n  two", "lens: |\n  one\n  two\n"]),
      ("$0", [""]),
    ])
  func selections(_ marked: String, _ expected: [String]) throws {
    let parts = marked.split(separator: "$0", omittingEmptySubsequences: false)
    let text = SourceText(parts.joined())
    let ranges = selectionRanges(in: Snapshot(path: "", text: text), at: parts[0].utf8.count)
    #expect(ranges.map { text[$0].trimmed } == expected.map(\.trimmed))
  }
}

extension String {
  /// A block's end may have its line break or not.
  fileprivate var trimmed: String { hasSuffix("\n") && self != "\n" ? String(dropLast()) + "¶" : self }
}

private func outline(_ text: String) -> String {
  var result = ""
  func add(_ symbols: [DocumentSymbol], _ indentation: String) {
    for symbol in symbols {
      result += "\(indentation)\(symbol.kind) \(symbol.name)" + (symbol.detail.map { ": \($0)" } ?? "") + "\n"
      add(symbol.children, indentation + "  ")
    }
  }
  add(documentSymbols(in: Snapshot(path: "", text: SourceText(text))), "")
  return result
}

@Suite struct MendingTests {
  private static func check(_ text: SourceText) -> [Finding] {
    findings(in: Snapshot(path: "x.masque.yaml", text: text))
  }

  @Test(arguments: AnalysisRobustnessTests.documents.indices)
  func theEditsLeadToTheText(_ index: Int) {
    let text = AnalysisRobustnessTests.documents[index].1
    let mended = mend(text, Self.check(text), check: Self.check)
    let (applied, dropped) = text.applying(mended.edits)
    #expect(applied == mended.text && dropped.isEmpty)
    let again = mend(mended.text, mended.findings, check: Self.check)
    #expect(again.edits.isEmpty && again.text == mended.text)
    // Nothing but an insertion at one place may touch its neighbour.
    #expect(zip(mended.edits, mended.edits.dropFirst()).allSatisfy { $0.range.end <= $1.range.start })
  }

  /// Two rounds make one edit of whole lines.
  @Test func roundsArePutTogether() {
    let text = SourceText("a1\nx\ny\nz\n")
    let mended = mend(
      text, [Finding("a", .error, ByteRange(0, 1), "", fixes: [Fix("", [TextEdit(ByteRange(3, 4), "B")])])]
    ) {
      $0[ByteRange(3, 4)] == "B" && $0[ByteRange(5, 6)] == "y"
        ? [Finding("b", .error, ByteRange(0, 1), "", fixes: [Fix("", [TextEdit(ByteRange(5, 6), "C")])])] : []
    }
    #expect(mended.text == SourceText("a1\nB\nC\nz\n") && mended.count == 2)
    #expect(mended.edits == [TextEdit(ByteRange(3, 7), "B\nC\n")])
  }
}

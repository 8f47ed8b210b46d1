import DocumentTree
import LanguageServerProtocol
import MasqueAnalysis
import SeededRandom
import SourceText
import Testing
import YAMLSyntax

@testable import MasqueServer

/// A document as a plain list of scalars, and its positions by the plainest means.
private struct PlainDocument {
  var scalars: [Unicode.Scalar]

  var text: String { String(String.UnicodeScalarView(scalars)) }

  /// The position of a scalar; never called inside a CR LF pair.
  func position(of index: Int, _ encoding: PositionEncoding) -> LSP.Position {
    var line = 0
    var start = 0
    for (place, scalar) in scalars.enumerated() where place < index {
      let isPair = scalar == "\r" && place + 1 < scalars.count && scalars[place + 1] == "\n"
      if scalar == "\n" || (scalar == "\r" && !isPair) {
        line += 1
        start = place + 1
      }
    }
    let before = String(String.UnicodeScalarView(scalars[start..<index]))
    let column =
      switch encoding {
      case .utf8: before.utf8.count
      case .utf16: before.utf16.count
      case .utf32: before.unicodeScalars.count
      }
    return LSP.Position(line: line, character: column)
  }

  /// A place that a client can name: not between CR and LF.
  func place(_ index: Int) -> Int {
    let isInside = index > 0 && index < scalars.count && scalars[index - 1] == "\r" && scalars[index] == "\n"
    return isInside ? index - 1 : index
  }
}

private let start = """
  \u{FEFF}name: Smith # é漢😀e\u{301}
  ring: player\r
  skills:
    - uri: skill://craft/iron\r
      level: expert
  intent: {allowed: ["implement *"]}
  lens: |
    Work with care 🏳️‍🌈.

  """

private let insertions = [
  "x", " ", "\n", "\r\n", "\r", ": ", "- ", "\"", "[", "}", "😀", "漢", "e\u{301}", "\t", "# c\n", "ring: a\nring: b\n",
  "",
]

private func isSame(_ a: DocumentTree, _ b: DocumentTree) -> Bool {
  a.source == b.source && a.decoded == b.decoded
    && a.nodes.elementsEqual(b.nodes) { a, b in
      (a.kind, a.style, a.type, a.start, a.end) == (b.kind, b.style, b.type, b.start, b.end)
        && (a.payload, a.count, a.subtree, a.parent, a.flags) == (b.payload, b.count, b.subtree, b.parent, b.flags)
    }
}

@Suite struct DocumentTests {
  /// Random edits, one or several to a notification, some versions read and some not: the text is the plain one, the
  /// lines are those of the text, and the tree is the one that the text has when it is read afresh.
  @Test(arguments: PositionEncoding.allCases, 0..<6)
  func editsAreThoseOfThePlainText(encoding: PositionEncoding, seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    var plain = PlainDocument(scalars: Array(start.unicodeScalars))
    var document = Document(uri: "file:///a", version: 1, revision: 1, text: SourceText(start), encoding: encoding)
    for round in 0..<150 {
      var changes: [LSP.TextDocumentContentChangeEvent] = []
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        if Int.random(in: 0..<25, using: &random) == 0 {
          plain.scalars = Array(start.unicodeScalars)
          changes.append(LSP.TextDocumentContentChangeEvent(text: start))
          continue
        }
        let from = plain.place(Int.random(in: 0...plain.scalars.count, using: &random))
        let length = [0, 0, 0, 1, 1, 3, 30].randomElement(using: &random) ?? 0
        let to = max(from, plain.place(min(plain.scalars.count, from + length)))
        let inserted = insertions.randomElement(using: &random) ?? ""
        let range = LSP.Range(start: plain.position(of: from, encoding), end: plain.position(of: to, encoding))
        changes.append(LSP.TextDocumentContentChangeEvent(range: range, text: inserted))
        plain.scalars.replaceSubrange(from..<to, with: inserted.unicodeScalars)
      }
      let (next, complaints) = document.applying(changes, version: round, revision: round)
      #expect(complaints == [])
      document = next
      #expect(document.text == SourceText(plain.text))
      #expect(document.lines == LineIndex(document.text))
      if Bool.random(using: &random) {
        let fresh = Snapshot(path: document.snapshot.path, text: document.text)
        #expect(isSame(document.snapshot.syntax.tree, fresh.syntax.tree))
        #expect(findings(in: document.snapshot) == findings(in: fresh))
      }
    }
  }

  /// Versions that are read on other threads while the next ones are made.
  @Test func versionsMayBeReadWhileOthersAreMade() async {
    var document = Document(uri: "a", version: 0, revision: 0, text: SourceText(start), encoding: .utf8)
    await withTaskGroup(of: Bool.self) { group in
      for round in 0..<300 {
        let at = LSP.Position(line: round % 7, character: 0)
        let change = LSP.TextDocumentContentChangeEvent(
          range: LSP.Range(start: at, end: at), text: insertions[round % insertions.count])
        document = document.applying([change], version: round, revision: round).document
        if round % 3 != 0 {
          group.addTask { [document] in
            isSame(document.snapshot.syntax.tree, SyntaxTree(document.text).tree)
          }
        }
      }
      for await isEqual in group { #expect(isEqual) }
    }
  }

  @Test(
    arguments: [
      ((9, 0, 9, 0), "a\nb!", 1), ((0, 1, 7, 7), "a!", 1), ((-1, 0, 0, 0), "!a\nb", 1), ((1, -4, 1, 0), "a\n!b", 1),
      ((1, 1, 0, 0), "a\nb!", 1), ((0, 99, 1, 0), "a!b", 0), ((0, 1, 0, Int.max), "a!\nb", 0),
    ])
  func aRangeOutsideIsCut(_ range: (Int, Int, Int, Int), _ expected: String, _ complaints: Int) {
    let document = Document(uri: "a", version: 0, revision: 0, text: SourceText("a\nb"), encoding: .utf16)
    let change = LSP.TextDocumentContentChangeEvent(
      range: LSP.Range(
        start: LSP.Position(line: range.0, character: range.1), end: LSP.Position(line: range.2, character: range.3)),
      text: "!")
    let (next, found) = document.applying([change], version: 1, revision: 1)
    #expect(next.text == SourceText(expected))
    #expect(found.count == complaints)
  }

  @Test(
    arguments: [
      ("file:///a/b.masque.yaml", "/a/b.masque.yaml"), ("FILE:/a", "/a"), ("file://localhost/a%20b%C3%A9", "/a bé"),
      ("file:///c%3A/x", "/c:/x"), ("file:///a?b#c", "/a"), ("file:///50%", "/50%"), ("file:///%4", "/%4"),
      ("file://host/share/a", nil), ("file:///a%00", nil), ("file:///%FF", nil), ("file:a", nil), ("file://", nil),
      ("untitled:Untitled-1", nil), ("", nil),
    ] as [(String, String?)])
  func pathsOfURIs(_ uri: String, _ path: String?) {
    #expect(filePath(of: uri) == path)
    #expect(displayPath(of: uri) == path ?? uri)
  }
}

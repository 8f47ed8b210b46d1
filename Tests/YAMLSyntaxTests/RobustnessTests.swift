import DocumentTree
import SeededRandom
import SourceText
import Testing
import YAMLSyntax

/// Texts that stand for what authors write, beside the personas: each construct that has its own code path.
private let samples: [String] = [
  """
  # a comment
  name: Tester   # trailing
  index: 7
  version: "1.0.0-rc.1"
  ring: guest
  attributes: {domain: x, tagline: 'it''s # not a comment'}
  spinnerVerbs:
    mode: replace
    verbs:
    - "Tester:Trying..."
    - 'Tester:Testing...'
  skills:
    - uri: skill://a/b
      level: expert
    - {uri: skill://a/c, level: novice}
  intent:
    allowed:
      - "implement *"
      - deploy staging
    denied: ["rush *",
      "ship without tests"]
  context: >-
    Folded text
    goes on — with ünïcödé 🎭.

  lens: |
    Literal # text
      indented

    end
  """,
  "base: &b\n  x: 1\n  y: [a, *c]\nuse: {<<: *b, z: \"q\\n\"}\nlist:\n- &c a\n- *c\n? long key\n: value\n",
  "- just\n- a list\n-\n  - nested\n",
  "plain text\nover lines\n",
  "a:\r\n  - b\r\n  - c # d\r\ne: |\r\n  f\r\n",
]

private func documents() -> [(name: String, text: SourceText)] {
  personas() + samples.enumerated().map { ("sample \($0.offset)", SourceText($0.element)) }
}

/// Snippets that break YAML in different ways.
private let snippets = [
  ":", ": ", "- ", "\n", "\n\n", " ", "  ", "\t", "#", " #", "\"", "'", "[", "]", "{", "}", "*", "&a ", "*a", "!x ",
  "|", ">", "|\n", "%", "@", "`", "---\n", "...\n", "\n---\n", "?", "? ", ",", "\r", "\r\n", "é", "🎭", "\u{FEFF}",
  "\u{85}", "\u{2028}", "\u{0}", "a", "key: value\n", "\nkey: value\n", "- item\n", "  - item\n", "<<: *a\n", "\\",
  "<<<<<<< x\n", "=======\n", ">>>>>>> y\n",
]

@Suite struct RobustnessTests {
  @Test(arguments: documents().indices)
  func everyPrefixReadsAndKeepsItsIntactSections(_ index: Int) {
    let (name, text) = documents()[index]
    let whole = SyntaxTree(text)
    checkInvariants(whole)
    let isMapping = whole.tree.root.map { whole.tree[$0].kind == .mapping } ?? false
    let pairs = whole.topLevelPairs
    let starts = pairs.map { whole.tree.fullRange(of: $0.key).start }
    for length in 0...text.count {
      let tree = SyntaxTree(SourceText(Array(text.bytes[..<length])))
      check(tree, "\(name) prefix \(length)")
      guard isMapping else { continue }
      let complete = pairs.indices.filter { $0 + 1 < starts.count && starts[$0 + 1] <= length }
      let found = tree.topLevelPairs
      #expect(found.count >= complete.count, "\(name) prefix \(length) lost a section")
      for (section, again) in zip(complete, found) {
        #expect(
          whole.tree.text(of: pairs[section].key) == tree.tree.text(of: again.key), "\(name) prefix \(length)")
      }
    }
  }

  @Test(arguments: 0..<4)
  func randomEditsReadIncrementallyAsAfresh(_ seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    var incremental = 0
    for (name, original) in documents() {
      var text = original
      var tree = SyntaxTree(text)
      for step in 0..<250 {
        // Now and then a fresh start: a document with fifty errors in it tells little.
        if step % 10 == 0 {
          text = original
          tree = SyntaxTree(text)
        }
        let start = Int.random(in: 0...text.count, using: &generator)
        let length =
          Bool.random(using: &generator) ? 0 : Int.random(in: 0...min(12, text.count - start), using: &generator)
        let replacement = Bool.random(using: &generator) ? snippets.randomElement(using: &generator) ?? "" : ""
        let edit = TextEdit(ByteRange(start, start + length), replacement)
        var newText = text
        newText.replace(edit.range, with: replacement)
        let next = tree.replacing(edit, newText: newText)
        let fresh = SyntaxTree(newText)
        if next.isWellFormed { incremental += 1 }
        let isIdentical = next.tree.isIdentical(to: fresh.tree)
        #expect(isIdentical, "\(name) seed \(seed) step \(step) \(edit) \(firstDifference(next.tree, fresh.tree))")
        #expect(next.problems == fresh.problems, "\(name) seed \(seed) step \(step) \(edit)")
        #expect(
          next.comments == fresh.comments,
          "\(String(reflecting: text[ByteRange(0, text.count)])) \(name) seed \(seed) step \(step) \(edit)")
        #expect(next.isWellFormed == fresh.isWellFormed)
        check(next, "\(name) seed \(seed) step \(step)")
        text = newText
        tree = next
      }
    }
    #expect(incremental > 100)
  }

  @Test func brokenSectionLeavesTheOthersIntact() {
    var generator = SplitMix64(seed: 99)
    for (name, text) in personas() {
      let whole = SyntaxTree(text)
      let pairs = whole.topLevelPairs
      let starts = pairs.map { whole.tree.fullRange(of: $0.key).start } + [text.count]
      for index in pairs.indices {
        for culprit in ["  bad: - x: y\n", "\tz: 1\n", "  - * x\n", "  'open\n", "  [open\n", "word\n"] {
          // At the end of the section, so that its own key is intact as well.
          var broken = text
          broken.replace(ByteRange(at: starts[index + 1]), with: culprit)
          let tree = SyntaxTree(broken)
          let keys = tree.topLevelPairs.map { tree.tree.text(of: $0.key) }
          for pair in pairs {
            #expect(
              keys.contains(whole.tree.text(of: pair.key)), "\(name) + \(culprit) lost \(whole.tree.text(of: pair.key))"
            )
          }
          // Some of them are mere text at the end of a text block.
          #expect(tree.problems.isEmpty == tree.isWellFormed)
          // Every other section is the same as in the whole document.
          for (other, pair) in pairs.enumerated() where other != index {
            let key = whole.tree.text(of: pair.key)
            let again = tree.topLevelPairs.first { tree.tree.text(of: $0.key) == key }
            #expect(
              again.map { outline(tree.tree, $0.value) } == outline(whole.tree, pair.value),
              "\(name) + \(culprit): \(key)")
          }
        }
        _ = generator.next()
      }
    }
  }

  @Test func hostileInputEndsQuickly() {
    let bomb =
      "a: &a [x,x,x,x,x,x,x,x,x]\n"
      + (0..<9).map { i in
        let previous = String(UnicodeScalar(UInt8(97 + i)))
        let name = String(UnicodeScalar(UInt8(98 + i)))
        return "\(name): &\(name) [" + Array(repeating: "*\(previous)", count: 9).joined(separator: ",") + "]\n"
      }.joined()
    #expect(SyntaxTree(SourceText(bomb)).problems.map(\.kind) == [.aliasBudget])
    for open in ["[", "{a: ", "- ", "? "] {
      let tree = SyntaxTree(SourceText(String(repeating: open, count: 10_000)))
      check(tree, "nesting of \(open)")
      #expect(!tree.problems.isEmpty)
    }
    let indented = (0..<5_000).map { String(repeating: " ", count: min($0, 400)) + "k:\n" }.joined()
    check(SyntaxTree(SourceText(indented)), "staircase")
  }

  /// Found by fuzzing: a list that was closed in one that was not ended behind its end.
  @Test func listsInListsThatAreNotClosed() {
    let closed = Array("args: [\n  \"-y\",\n  \"@a/b\",   # why\n  [1,\n  \u{1C} 2],\n]\nmXXXap: {".utf8)
    let rest = Array(repeating: UInt8(0xA3), count: 28) + Array(" \r- [!!str a, &b c, *b]\nbelow:\n  [".utf8)
    let hostile = closed + rest + [0xE7, 0xFF] + Array("null".utf8) + [0xFF, 0xFF, 0x20, 0x20, 0x20, 0x85, 0x5D, 0x0A]
    for length in 0...hostile.count { check(SyntaxTree(SourceText(Array(hostile.prefix(length)))), "\(length) bytes") }
    check(SyntaxTree(SourceText("[[2],\n]I")), "closed in what is not")
  }

  private func check(_ syntax: SyntaxTree, _ name: String) {
    let count = Int32(syntax.text.count)
    let nodes = syntax.tree.nodes
    var fine = true
    var culprits = ""
    for node in nodes {
      if node.start < 0 || node.end < node.start || node.end > count { fine = false }
      if node.parent >= 0 {
        let parent = nodes[Int(node.parent)]
        if node.start < parent.start || node.end > parent.end {
          fine = false
          culprits += "\(node) in \(parent)\n"
        }
      }
    }
    for problem in syntax.problems where problem.range.start < 0 || problem.range.end > Int(count) { fine = false }
    for comment in syntax.comments where comment.end > Int(count) { fine = false }
    #expect(fine, "\(name): \(culprits)\(String(decoding: syntax.text.bytes, as: UTF8.self))")
  }
}

@Suite struct TypingTests {
  /// Typing and deleting single characters in long texts, at every place of them: the edit that is not read again.
  @Test(arguments: ["\n", "\r\n"])
  func textBlocks(_ lineBreak: String) {
    let document =
      [
        "a: 1", "lens: |  # a comment", "", "  First line # no comment", "    indented more", "   ",
        "  last, with blanks  ", "",
        "list:", "- |-", "  item one", "- &x |+", "  kept", "", "- *x # c", "more: |2", "    two", "context: >",
        "  folded", "end: x",
      ].joined(separator: lineBreak) + lineBreak
    let text = SourceText(document)
    let tree = SyntaxTree(text)
    #expect(tree.isWellFormed)
    for offset in 0...text.count {
      var edits = [" ", "x", "#", ":", "xyz ", "\t", "é", "\u{85}", "\n"].map { TextEdit.insert($0, at: offset) }
      if offset < text.count { edits.append(.delete(ByteRange(offset, offset + 1))) }
      if offset + 3 < text.count { edits.append(TextEdit(ByteRange(offset, offset + 3), "y")) }
      for edit in edits {
        var newText = text
        newText.replace(edit.range, with: edit.replacement)
        let next = tree.replacing(edit, newText: newText)
        let fresh = SyntaxTree(newText)
        #expect(
          next.tree.isIdentical(to: fresh.tree),
          "\(edit.range) \(String(reflecting: edit.replacement).debugDescription)")
        #expect(next.problems == fresh.problems && next.comments == fresh.comments, "\(edit)")
        // And once more on top of it.
        let again = TextEdit.insert("z", at: min(offset + 1, newText.count))
        var last = newText
        last.replace(again.range, with: "z")
        #expect(
          next.replacing(again, newText: last).tree.isIdentical(to: SyntaxTree(last).tree), "\(edit), then \(again)")
      }
    }
  }
}

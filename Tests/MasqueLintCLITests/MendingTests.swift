import MasqueAnalysis
import MasqueWorkspace
import SeededRandom
import SourceText
import Testing

@testable import MasqueLintCLI

@Suite("Mending")
struct MendingTests {
  private func options(_ fixing: LintOptions.Fixing = .safe) throws -> LintOptions {
    var options = try LintOptions(
      Host(
        arguments: [], environment: { _ in nil }, files: MemoryFiles(),
        streams: TestStreams(input: [], isTerminal: false, failure: nil), processorCount: 1, onThreads: { $1() }))
    options.fixing = fixing
    return options
  }

  /// A check that finds each of the texts and has a fix for it.
  private func check(_ replacements: [(String, String)]) -> (SourceText) -> [Finding] {
    { text in
      let bytes = text.bytes
      var found: [Finding] = []
      for (wrong, right) in replacements {
        let wrong = Array(wrong.utf8)
        for start in bytes.indices where bytes[start...].starts(with: wrong) {
          let range = ByteRange(start, start + wrong.count)
          found.append(Finding("test", .error, range, "", fixes: [Fix("Replace", [TextEdit(range, right)])]))
        }
      }
      if text[ByteRange(0, text.count)].contains("!") {
        found.append(Finding("yaml-syntax", .error, ByteRange(0, 1), "broken"))
      }
      return found
    }
  }

  private func mended(_ text: String, _ replacements: [(String, String)]) throws -> MendedText {
    let check = check(replacements)
    return mend(SourceText(text), check(SourceText(text)), try options(), check: check)
  }

  @Test("Overlapping fixes take turns")
  func overlapping() throws {
    let result = try mended("aab", [("aa", "c"), ("ab", "d"), ("cb", "e")])
    #expect(String(decoding: result.text.bytes, as: UTF8.self) == "e")
    #expect(result.count == 2)
    #expect(result.findings.isEmpty)
  }

  @Test("Fixes that undo each other change nothing")
  func cycle() throws {
    let result = try mended("x a y", [("a", "b"), ("b", "a")])
    #expect(String(decoding: result.text.bytes, as: UTF8.self) == "x a y")
    #expect(result.problem == "its fixes contradict each other, so none was applied")
  }

  @Test("A fix that breaks the YAML is left out, the others are applied")
  func breaking() throws {
    let result = try mended("a b c", [("a", "A"), ("b", "!"), ("c", "C")])
    #expect(String(decoding: result.text.bytes, as: UTF8.self) == "A b C")
    #expect(result.problem?.contains("would break the YAML") == true)
    #expect(result.count == 2)
  }

  @Test("Fixes without end stop after some rounds")
  func endless() throws {
    let result = try mended("a", [("a", "aa")])
    #expect(result.text.count <= 256)
    #expect(result.count > 0)
  }

  @Test("Fixes of several edits are applied whole or not at all")
  func severalEdits() throws {
    let text = SourceText("(x) y")
    let both = Fix("Remove the parentheses", [.delete(ByteRange(0, 1)), .delete(ByteRange(2, 3))])
    let other = Fix("Replace x)", [TextEdit(ByteRange(1, 3), "z")])
    let findings = [
      Finding("a", .error, ByteRange(0, 3), "", fixes: [both]),
      Finding("b", .error, ByteRange(1, 3), "", fixes: [other]),
    ]
    let result = mend(text, findings, try options()) { _ in [] }
    #expect(String(decoding: result.text.bytes, as: UTF8.self) == "x y")
    #expect(result.count == 1)
  }

  @Test("The best fix that is allowed is taken")
  func applicability() throws {
    let edit = { (text: String) in [TextEdit(ByteRange(0, 1), text)] }
    let finding = Finding(
      "a", .error, ByteRange(0, 1), "",
      fixes: [Fix("", edit("d"), .displayOnly), Fix("", edit("u"), .unsafe), Fix("", edit("s"), .safe)])
    func text(_ fixing: LintOptions.Fixing) throws -> String {
      let result = mend(SourceText("x"), [finding], try options(fixing)) { _ in [] }
      return String(decoding: result.text.bytes, as: UTF8.self)
    }
    #expect(try text(.safe) == "s")
    #expect(try text(.unsafe) == "u")
  }
}

@Suite("Unified diffs")
struct UnifiedDiffTests {
  @Test("Applying a diff gives the new text", arguments: 0..<300)
  func appliesBack(_ seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let old = (0..<Int.random(in: 0...40, using: &random)).map { _ in "line \(Int.random(in: 0...9, using: &random))\n"
    }
    var new = old
    for _ in 0..<Int.random(in: 0...6, using: &random) {
      let index = Int.random(in: 0...new.count, using: &random)
      if Bool.random(using: &random), index < new.count {
        new.remove(at: index)
      } else {
        new.insert("new\n", at: index)
      }
    }
    var oldText = old.joined()
    var newText = new.joined()
    if Bool.random(using: &random) { oldText = String(oldText.dropLast()) }
    if Bool.random(using: &random) { newText = String(newText.dropLast()) }
    let diff = String(decoding: unifiedDiff(Array(oldText.utf8), Array(newText.utf8), "a", "b"), as: UTF8.self)
    #expect(apply(diff, to: oldText) == newText, "\(diff)")
    #expect(diff.isEmpty == (oldText == newText))
  }

  /// A strict `patch`: every line of context and every removed one must be there.
  private func apply(_ diff: String, to text: String) -> String? {
    if diff.isEmpty { return text }
    let old = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var result: [String] = []
    var position = 0
    var hasNoBreak = false
    let count = text.isEmpty ? 0 : text.hasSuffix("\n") ? old.count - 1 : old.count
    var lines = diff.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
    lines = lines.dropFirst(2).dropLast()
    var last: Character = " "
    for line in lines {
      if line.hasPrefix("@@") {
        let numbers = line.split(whereSeparator: { " ,-+@".contains($0) }).compactMap { Int($0) }
        let isEmpty = line.split(separator: " ")[1].hasSuffix(",0")
        let start = isEmpty ? numbers[0] : numbers[0] - 1
        guard start >= position else { return nil }
        result += old[position..<start]
        position = start
        continue
      }
      switch line.first {
      case " ", "-":
        guard position < old.count, old[position] == line.dropFirst() else { return nil }
        if line.first == " " { result.append(old[position]) }
        position += 1
      case "+": result.append(String(line.dropFirst()))
      case "\\": hasNoBreak = last != "-"
      default: return nil
      }
      last = line.first ?? " "
    }
    // Behind the last hunk the text is as it was.
    if position < count { hasNoBreak = !text.hasSuffix("\n") }
    result += old[min(position, count)..<count]
    return result.joined(separator: "\n") + (hasNoBreak || result.isEmpty ? "" : "\n")
  }
}

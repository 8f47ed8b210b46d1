import SeededRandom
import SourceText
import Testing

@Suite struct SourceTextTests {
  @Test func rangesAreNeverReversed() {
    #expect(ByteRange(5, 2) == ByteRange(at: 5))
    #expect(ByteRange(-3, 9).clamped(to: 4) == ByteRange(0, 4))
    #expect(ByteRange(7, 9).clamped(to: 4) == ByteRange(at: 4))
    #expect(ByteRange(1, 3).touches(3) && !ByteRange(1, 3).contains(3))
    #expect(!ByteRange(1, 3).overlaps(ByteRange(3, 4)) && ByteRange(1, 3).overlaps(ByteRange(2, 3)))
  }

  @Test(
    arguments: [
      ("abc", ByteRange(1, 2), "é", "aéc"),
      ("abc", ByteRange(-5, 99), "", ""),
      ("abc", ByteRange(9, 12), "d", "abcd"),
      ("", ByteRange(at: 0), "x", "x"),
    ])
  func replacing(_ text: String, _ range: ByteRange, _ replacement: String, _ expected: String) {
    var edited = SourceText(text)
    edited.replace(range, with: replacement)
    #expect(edited == SourceText(expected))
  }

  @Test func slicesAreCutAndAlwaysText() {
    let text = SourceText([0x61, 0xC3, 0xA9, 0xFF])
    #expect(text[ByteRange(0, 3)] == "aé")
    #expect(text[ByteRange(-1, 99)] == "aé\u{FFFD}")
    #expect(text[ByteRange(2, 3)] == "\u{FFFD}")
  }

  @Test func theMarkIsPartOfTheText() {
    #expect(SourceText("\u{FEFF}a").byteOrderMarkLength == 3)
    #expect(SourceText("a\u{FEFF}").byteOrderMarkLength == 0)
    #expect(SourceText([0xEF, 0xBB]).byteOrderMarkLength == 0)
  }

  @Test func editsReferToTheSameText() {
    let text = SourceText("0123456789")
    let (edited, dropped) = text.applying([
      .insert("b", at: 4), TextEdit(ByteRange(7, 9), "-"), .insert("c", at: 4), .delete(ByteRange(0, 2)),
    ])
    #expect(edited == SourceText("23bc456-9"))
    #expect(dropped.isEmpty)
  }

  @Test func ofTwoThatOverlapTheFirstInTheTextHolds() {
    let text = SourceText("0123456789")
    let (edited, dropped) = text.applying([TextEdit(ByteRange(4, 6), "b"), TextEdit(ByteRange(3, 5), "a")])
    #expect(edited == SourceText("012a56789"))
    #expect(dropped == [TextEdit(ByteRange(4, 6), "b")])
  }

  /// Against replacements from the back to the front, one at a time.
  @Test(arguments: 0..<20)
  func manyEditsAtOnceAreOneAfterAnother(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let text = SourceText((0..<60).map { _ in pieces.randomElement(using: &random) ?? "" }.joined())
    var position = 0
    var edits: [TextEdit] = []
    while position < text.count {
      let start = position + Int.random(in: 1...9, using: &random)
      let end = start + Int.random(in: 0...5, using: &random)
      edits.append(TextEdit(ByteRange(start, end), pieces.randomElement(using: &random) ?? ""))
      position = end + 1
    }
    var expected = text
    for edit in edits.reversed() { expected.replace(edit.range, with: edit.replacement) }
    #expect(text.applying(edits.shuffled(using: &random)).text == expected)
  }
}

import SeededRandom
import SourceText
import Testing

@Suite struct LineIndexTests {
  /// All strings of up to so many letters.
  private static func words(_ alphabet: [String], upTo length: Int) -> [String] {
    var all = [""]
    var last = [""]
    for _ in 0..<length {
      last = last.flatMap { word in alphabet.map { word + $0 } }
      all += last
    }
    return all
  }

  @Test(arguments: ["", "\n", "\r", "\r\n", "\n\r", "\r\r\n\n", "a\r\nb\rc\n", "\u{FEFF}a\n", "a\u{2028}b\u{85}c"])
  func startsAreWhereLinesBegin(_ text: String) {
    var offset = 0
    var expected: [Int32] = []
    for line in linesOf(text) {
      expected.append(Int32(offset))
      offset += units(line, .utf8)
    }
    #expect(LineIndex(SourceText(text)).starts == expected)
  }

  /// Every replacement in every text over a small alphabet, where a CR LF pair is joined and parted in all ways.
  @Test func anUpdatedIndexIsAFreshOne() {
    let alphabet = ["a", "\r", "\n"]
    let replacements = Self.words(alphabet, upTo: 2)
    for word in Self.words(alphabet, upTo: 5) {
      let text = SourceText(word)
      let index = LineIndex(text)
      for start in 0...text.count {
        for end in start...text.count {
          for replacement in replacements {
            var edited = text
            edited.replace(ByteRange(start, end), with: replacement)
            var updated = index
            updated.update(replacing: ByteRange(start, end), in: edited)
            if updated != LineIndex(edited) {
              Issue.record("\(word.debugDescription), \(start)..<\(end) becomes \(replacement.debugDescription)")
              return
            }
          }
        }
      }
    }
  }

  @Test(arguments: 0..<20)
  func manyUpdatesDoNotDrift(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    var text = SourceText((0..<200).map { _ in pieces.randomElement(using: &random) ?? "" }.joined())
    var index = LineIndex(text)
    for _ in 0..<200 {
      let start = Int.random(in: 0...text.count, using: &random)
      let range = ByteRange(start, min(text.count, start + Int.random(in: 0...20, using: &random)))
      text.replace(
        range,
        with: (0..<Int.random(in: 0...4, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
          .joined())
      index.update(replacing: range, in: text)
      #expect(index == LineIndex(text))
    }
  }

  /// Long lines, invalid bytes, offsets in any order: what has been counted before must not matter.
  @Test(arguments: PositionEncoding.allCases, 0..<8)
  func aFinderFindsWhatTheIndexFinds(encoding: PositionEncoding, seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let common = seed % 2 == 0 ? pieces.filter { !$0.contains("\n") && !$0.contains("\r") } : pieces
    var bytes: [UInt8] = []
    for _ in 0..<1_500 {
      switch Int.random(in: 0..<40, using: &random) {
      case 0: bytes.append(UInt8.random(in: 0x80...0xFF, using: &random))
      case 1: bytes += (pieces.randomElement(using: &random) ?? "").utf8
      case 2...20: bytes += "plain text ".utf8
      default: bytes += (common.randomElement(using: &random) ?? "").utf8
      }
    }
    let text = SourceText(bytes)
    let lines = LineIndex(text)
    var finder = PositionFinder(text, lines, encoding)
    for offset in -1...(text.count + 1) {
      #expect(finder.position(of: offset) == lines.position(of: offset, in: text, encoding: encoding))
    }
    for _ in 0..<2_000 {
      let offset = Int.random(in: 0...text.count, using: &random)
      #expect(finder.position(of: offset) == lines.position(of: offset, in: text, encoding: encoding))
    }
  }

  /// Offsets and positions against the standard library's own views, at every scalar.
  @Test(arguments: PositionEncoding.allCases)
  func positionsAreThoseOfThePlainText(encoding: PositionEncoding) {
    var random = SplitMix64(seed: 7)
    for _ in 0..<100 {
      let plain = (0..<30).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      let text = SourceText(plain)
      let index = LineIndex(text)
      var offset = 0
      for (number, line) in linesOf(plain).enumerated() {
        let breakLength = line.reversed().prefix { $0 == "\r" || $0 == "\n" }.count
        for column in 0...line.count where column <= line.count - breakLength {
          let before = line[..<column]
          let position = LinePosition(line: number, column: units(before, encoding))
          let place = offset + units(before, .utf8)
          #expect(index.position(of: place, in: text, encoding: encoding) == position, "\(plain.debugDescription)")
          #expect(index.offset(of: position, in: text, encoding: encoding) == place, "\(plain.debugDescription)")
        }
        #expect(
          index.contentRange(ofLine: number, in: text)
            == ByteRange(offset, offset + units(line.dropLast(breakLength), .utf8)))
        offset += units(line, .utf8)
      }
    }
  }

  @Test(arguments: PositionEncoding.allCases)
  func whatLiesOutsideIsClamped(encoding: PositionEncoding) {
    let text = SourceText("ab\r\n😀\n")
    let index = LineIndex(text)
    func offset(_ line: Int, _ column: Int) -> Int {
      index.offset(of: LinePosition(line: line, column: column), in: text, encoding: encoding)
    }
    #expect(offset(-1, 5) == 0)
    #expect(offset(0, 99) == 2)
    #expect(offset(1, 99) == 8)
    #expect(offset(2, 1) == 9)
    #expect(offset(3, 0) == 9)
    #expect(offset(Int.max, Int.max) == 9)
    #expect(offset(0, Int.min) == 0)
    #expect(index.position(of: -1, in: text, encoding: encoding) == LinePosition(line: 0, column: 0))
    #expect(index.position(of: 99, in: text, encoding: encoding) == LinePosition(line: 2, column: 0))
    // Inside a scalar is at its start.
    #expect(index.position(of: 6, in: text, encoding: encoding) == LinePosition(line: 1, column: 0))
    if encoding != .utf32 { #expect(offset(1, 1) == 4) }
  }

  @Test func bytesThatAreNotUTF8StayInTheirLines() {
    let text = SourceText([0xFF, 0x0A, 0xF0, 0x9F, 0x0A, 0xC3])
    let index = LineIndex(text)
    #expect(index.starts == [0, 2, 5])
    for encoding in PositionEncoding.allCases {
      for offset in 0...text.count {
        let position = index.position(of: offset, in: text, encoding: encoding)
        #expect(index.contentRange(ofLine: position.line, in: text).touches(min(offset, 6)))
        #expect(index.offset(of: position, in: text, encoding: encoding) <= offset)
      }
    }
  }
}

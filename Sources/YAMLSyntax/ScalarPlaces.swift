public import DocumentTree
public import SourceText

extension DocumentTree {
  /// Where a part of a scalar's text is written: the way back through quotes, escapes, folded lines and indentation.
  ///
  /// - Parameters:
  ///   - range: UTF-8 bytes of the scalar's text; cut to it.
  ///   - node: the scalar.
  /// - Returns: the bytes that say this part. An escape counts as a whole. The scalar's own range for any other node, and
  ///   where the way back can't be found.
  public func sourceRange(ofText range: Range<Int>, in node: NodeID) -> ByteRange {
    let scalar = self[node]
    guard scalar.kind == .scalar else { return scalar.range }
    let count = Int(scalar.count)
    let start = min(max(range.lowerBound, 0), count)
    let end = min(max(range.upperBound, start), count)
    if scalar.flags.contains(.textInSource) {
      return ByteRange(Int(scalar.payload) + start, Int(scalar.payload) + end)
    }
    let pieces = withText(of: node) { text in
      switch scalar.style {
      case .literal, .folded: blockPieces(scalar, text)
      default: flowPieces(scalar, text)
      }
    }
    guard let pieces, !pieces.isEmpty else { return scalar.range }
    let from = sourceOffset(ofText: start, pieces)
    return start == end ? ByteRange(at: from) : ByteRange(from, sourceEnd(ofText: end, pieces))
  }

  /// A stretch of text and the bytes that say it: as many, which are equal, or an escape.
  private struct Piece {
    var text: Range<Int>
    var source: ByteRange

    var isLiteral: Bool { text.count == source.count }
  }

  /// Where the byte at an offset of the text is written; for the text's end, where it ends.
  private func sourceOffset(ofText offset: Int, _ pieces: [Piece]) -> Int {
    guard let piece = pieces.first(where: { $0.text.upperBound > offset }) else {
      return pieces.last?.source.end ?? 0
    }
    // In a gap between two pieces lines were folded; what comes next says where.
    guard piece.text.contains(offset) else { return piece.source.start }
    return piece.isLiteral ? piece.source.start + offset - piece.text.lowerBound : piece.source.start
  }

  /// Where the byte before an offset of the text ends.
  private func sourceEnd(ofText offset: Int, _ pieces: [Piece]) -> Int {
    guard let piece = pieces.last(where: { $0.text.lowerBound < offset }) else {
      return pieces.first?.source.start ?? 0
    }
    guard piece.isLiteral, offset < piece.text.upperBound else { return piece.source.end }
    return piece.source.start + offset - piece.text.lowerBound
  }

  // MARK: Plain and quoted scalars

  private func flowPieces(_ scalar: Node, _ text: UnsafeBufferPointer<UInt8>) -> [Piece]? {
    var position = Int(scalar.start)
    var end = min(Int(scalar.end), source.count)
    if scalar.style == .singleQuoted || scalar.style == .doubleQuoted {
      position += 1
      end -= 1
    }
    var pieces: [Piece] = []
    var offset = 0
    /// Adds source bytes that stand for as many bytes of text, or an escape; false where the text has others.
    func add(_ bytes: ByteRange, _ written: some Collection<UInt8>) -> Bool {
      guard offset + written.count <= text.count,
        written.elementsEqual(text[offset..<(offset + written.count)])
      else { return false }
      if written.count == bytes.count, let last = pieces.last, last.isLiteral, last.source.end == bytes.start,
        last.text.upperBound == offset
      {
        pieces[pieces.count - 1].text = last.text.lowerBound..<(offset + written.count)
        pieces[pieces.count - 1].source = ByteRange(last.source.start, bytes.end)
      } else {
        pieces.append(Piece(text: offset..<(offset + written.count), source: bytes))
      }
      offset += written.count
      return true
    }
    while position < end {
      let byte = source[position]
      if byte == UInt8(ascii: "'"), scalar.style == .singleQuoted {
        guard position + 1 < end, add(ByteRange(position, position + 2), CollectionOfOne(byte)) else { return nil }
        position += 2
      } else if byte == UInt8(ascii: "\\"), scalar.style == .doubleQuoted {
        guard let (length, meaning) = escape(at: position, end) else { return nil }
        if !meaning.isEmpty, !add(ByteRange(position, position + length), meaning) { return nil }
        position += length
        if meaning.isEmpty { position = skippingBlanks(position, end) }
      } else if let next = foldEnd(at: position, end) {
        // Blanks around a line break, and blank lines: whatever they became, it is white space.
        while offset < text.count, text[offset] == 0x20 || text[offset] == 0x0A { offset += 1 }
        position = next
      } else {
        guard add(ByteRange(position, position + 1), CollectionOfOne(byte)) else { return nil }
        position += 1
      }
    }
    return offset == text.count ? pieces : nil
  }

  private func skippingBlanks(_ start: Int, _ end: Int) -> Int {
    var position = start
    while position < end, source[position] == 0x20 || source[position] == 0x09 { position += 1 }
    return position
  }

  /// The end of the white space from an offset on, if it has a line break in it.
  private func foldEnd(at start: Int, _ end: Int) -> Int? {
    var position = start
    var hasBreak = false
    while position < end {
      switch source[position] {
      case 0x20, 0x09: break
      case 0x0A, 0x0D: hasBreak = true
      default: return hasBreak ? position : nil
      }
      position += 1
    }
    return hasBreak ? position : nil
  }

  /// The length of an escape in double quotes, and the bytes that it stands for: none for a line break.
  private func escape(at start: Int, _ end: Int) -> (length: Int, meaning: [UInt8])? {
    guard start + 1 < end else { return nil }
    func digits(_ count: Int) -> (Int, [UInt8])? {
      guard start + 2 + count <= end,
        let text = String(validating: source[(start + 2)..<(start + 2 + count)], as: UTF8.self),
        let value = UInt32(text, radix: 16), let scalar = Unicode.Scalar(value)
      else { return nil }
      return (2 + count, Array(String(Character(scalar)).utf8))
    }
    switch source[start + 1] {
    case UInt8(ascii: "0"): return (2, [0])
    case UInt8(ascii: "a"): return (2, [7])
    case UInt8(ascii: "b"): return (2, [8])
    case UInt8(ascii: "t"), 0x09: return (2, [9])
    case UInt8(ascii: "n"): return (2, [10])
    case UInt8(ascii: "v"): return (2, [11])
    case UInt8(ascii: "f"): return (2, [12])
    case UInt8(ascii: "r"): return (2, [13])
    case UInt8(ascii: "e"): return (2, [27])
    case UInt8(ascii: "N"): return (2, [0xC2, 0x85])
    case UInt8(ascii: "_"): return (2, [0xC2, 0xA0])
    case UInt8(ascii: "L"): return (2, [0xE2, 0x80, 0xA8])
    case UInt8(ascii: "P"): return (2, [0xE2, 0x80, 0xA9])
    case UInt8(ascii: "x"): return digits(2)
    case UInt8(ascii: "u"): return digits(4)
    case UInt8(ascii: "U"): return digits(8)
    case 0x0D where start + 2 < end && source[start + 2] == 0x0A: return (3, [])
    case 0x0A, 0x0D: return (2, [])
    case let byte: return (2, [byte])
    }
  }

  // MARK: Block scalars

  private func blockPieces(_ scalar: Node, _ text: UnsafeBufferPointer<UInt8>) -> [Piece]? {
    let end = min(Int(scalar.end), source.count)
    var position = lineEnd(Int(scalar.start), end)
    var pieces: [Piece] = []
    var offset = 0
    var indentation: Int?
    while position < end {
      // One line after another, from the break before it.
      position += source[position] == 0x0D && position + 1 < end && source[position + 1] == 0x0A ? 2 : 1
      let lineEnd = lineEnd(position, end)
      var first = position
      while first < lineEnd, source[first] == 0x20 { first += 1 }
      if first == lineEnd {
        position = lineEnd
        continue
      }
      // The first line with text tells the indentation: its blanks are those of the text and the block's own.
      if indentation == nil {
        var start = text.firstIndex { $0 != 0x20 && $0 != 0x0A } ?? 0
        let word = start
        while start > 0, text[start - 1] == 0x20 { start -= 1 }
        indentation = first - position - (word - start)
      }
      let content = position + min(first - position, max(indentation ?? 0, 0))
      while offset < text.count, text[offset] == 0x0A || text[offset] == 0x20 && source[content] != 0x20 {
        offset += 1
      }
      let line = source[content..<lineEnd]
      guard offset + line.count <= text.count, line.elementsEqual(text[offset..<(offset + line.count)])
      else { return nil }
      pieces.append(Piece(text: offset..<(offset + line.count), source: ByteRange(content, lineEnd)))
      offset += line.count
      position = lineEnd
    }
    return pieces
  }

  private func lineEnd(_ start: Int, _ end: Int) -> Int {
    var position = start
    while position < end, source[position] != 0x0A, source[position] != 0x0D { position += 1 }
    return position
  }
}

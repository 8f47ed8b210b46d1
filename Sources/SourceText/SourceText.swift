/// The bytes of one document, as they are on disk or in the editor: byte-order mark, line endings and invalid
/// sequences included. A value: a copy is O(1) until one of the two changes.
public struct SourceText: Hashable, Sendable {
  /// The UTF-8 bytes.
  public private(set) var bytes: [UInt8]

  /// A text over these bytes.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// A text over a string's UTF-8 bytes.
  public init(_ string: String) {
    self.bytes = Array(string.utf8)
  }

  /// The number of bytes.
  public var count: Int { bytes.count }

  /// The text of a range, cut to the document; invalid sequences become U+FFFD.
  public subscript(range: ByteRange) -> String {
    Self.slice(bytes, range.start, range.end)
  }

  /// The text of `bytes[start ..< end]`, cut to the bytes; invalid sequences become U+FFFD.
  public static func slice(_ bytes: [UInt8], _ start: Int, _ end: Int) -> String {
    let range = ByteRange(start, end).clamped(to: bytes.count)
    return String(decoding: bytes[range.start..<range.end], as: UTF8.self)
  }

  /// How long a stretch is in units of an encoding, line breaks included. O(n).
  ///
  /// - Parameters:
  ///   - range: the stretch, cut to the document; its ends lie between scalars.
  ///   - encoding: the unit.
  /// - Returns: the number of units.
  public func length(of range: ByteRange, in encoding: PositionEncoding) -> Int {
    let range = range.clamped(to: bytes.count)
    return ColumnPlace(offset: range.start, column: 0).advanced(to: range.end, in: bytes, encoding).column
  }

  /// Replaces the bytes of `range`, cut to the document, by a string.
  public mutating func replace(_ range: ByteRange, with replacement: String) {
    let range = range.clamped(to: bytes.count)
    bytes.replaceSubrange(range.start..<range.end, with: replacement.utf8)
  }

  /// The length in bytes of a leading UTF-8 byte-order mark: 3 or 0.
  public var byteOrderMarkLength: Int {
    // Asked once per line by some: no sequence is built for it.
    bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
  }
}

/// One replacement in a document: the bytes of `range` become `replacement`.
public struct TextEdit: Hashable, Sendable {
  /// The bytes that go.
  public var range: ByteRange
  /// The text that comes in their place.
  public var replacement: String

  /// A replacement of a range.
  public init(_ range: ByteRange, _ replacement: String) {
    self.range = range
    self.replacement = replacement
  }

  /// An insertion at an offset.
  public static func insert(_ text: String, at offset: Int) -> TextEdit {
    TextEdit(ByteRange(at: offset), text)
  }

  /// The removal of a range.
  public static func delete(_ range: ByteRange) -> TextEdit {
    TextEdit(range, "")
  }
}

extension SourceText {
  /// The text after edits whose ranges all refer to this text. Overlapping edits cannot both hold: the later one, in
  /// document order, is dropped. Insertions at one place keep their order. O(n + m log m).
  ///
  /// - Parameter edits: the edits, in any order.
  /// - Returns: the edited text, and the edits that were dropped.
  public func applying(_ edits: [TextEdit]) -> (text: SourceText, dropped: [TextEdit]) {
    let sorted = edits.enumerated().sorted {
      ($0.element.range.start, $0.element.range.end, $0.offset)
        < ($1.element.range.start, $1.element.range.end, $1.offset)
    }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var dropped: [TextEdit] = []
    var position = 0
    for (_, edit) in sorted {
      let range = edit.range.clamped(to: bytes.count)
      guard range.start >= position else {
        dropped.append(edit)
        continue
      }
      result.append(contentsOf: bytes[position..<range.start])
      result.append(contentsOf: edit.replacement.utf8)
      position = range.end
    }
    result.append(contentsOf: bytes[position...])
    return (SourceText(result), dropped)
  }
}

import SourceText

/// A stretch of a document with replacements made in thought, and the way back from its offsets to the document's.
struct RepairedText {
  /// The stretch, in the document's offsets.
  let range: ByteRange
  /// The replacements so far, in the document's offsets, sorted and apart from each other.
  private(set) var edits: [TextEdit] = []
  /// Values that stand as filler in the repaired text, with the bytes that are their true text.
  private(set) var quoted: [QuotedValue] = []
  /// The keys that were given a colon, by their start.
  private(set) var completedKeys: Set<Int> = []

  struct QuotedValue: Hashable {
    var range: ByteRange
    var text: ByteRange
  }

  init(range: ByteRange) {
    self.range = range
  }

  /// Adds a replacement; false, and nothing happens, if it would overlap an earlier one.
  mutating func add(_ edit: TextEdit) -> Bool {
    guard range.encloses(edit.range) else { return false }
    if edits.contains(where: { $0.range.overlaps(edit.range) || $0.range == edit.range }) { return false }
    edits.append(edit)
    edits.sort { ($0.range.start, $0.range.end) < ($1.range.start, $1.range.end) }
    return true
  }

  /// Replaces a value by filler that any parser takes for a plain scalar, and remembers its text.
  mutating func quote(_ value: ByteRange, text: ByteRange) -> Bool {
    guard !value.isEmpty else { return false }
    drop(within: value)
    guard add(TextEdit(value, "x")) else { return false }
    quoted.append(QuotedValue(range: value, text: text))
    return true
  }

  /// Ends a key that lacks its colon with one.
  mutating func complete(key: ByteRange) -> Bool {
    guard add(TextEdit(ByteRange(at: key.end), ":")) else { return false }
    completedKeys.insert(key.start)
    return true
  }

  /// Blanks a stretch, and forgets what was repaired in it.
  mutating func blank(_ stretch: ByteRange) -> Bool {
    drop(within: stretch)
    return add(TextEdit(stretch, ""))
  }

  private mutating func drop(within stretch: ByteRange) {
    edits.removeAll { stretch.encloses($0.range) }
    quoted.removeAll { stretch.encloses($0.range) }
  }

  /// Whether every byte of a line was replaced already, so that another repair must look elsewhere.
  func covers(_ line: ByteRange) -> Bool {
    line.isEmpty || edits.contains { $0.replacement.isEmpty && $0.range.encloses(line) }
  }

  /// The repaired text.
  func bytes(of source: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(range.count + 16)
    var position = range.start
    for edit in edits {
      result.append(contentsOf: source[position..<edit.range.start])
      result.append(contentsOf: edit.replacement.utf8)
      position = edit.range.end
    }
    result.append(contentsOf: source[position..<range.end])
    return result
  }

  /// The document's offset of an offset in the repaired text, counted from the stretch's start.
  func documentOffset(_ offset: Int) -> Int {
    var delta = range.start
    for edit in edits {
      let start = edit.range.start - delta
      guard offset >= start else { break }
      let length = edit.replacement.utf8.count
      if offset < start + length {
        // Inside the replacement: as far in as the replaced bytes go.
        return Swift.min(edit.range.start + (offset - start), edit.range.end)
      }
      delta += edit.range.count - length
    }
    return Swift.min(Swift.max(offset + delta, range.start), range.end)
  }
}

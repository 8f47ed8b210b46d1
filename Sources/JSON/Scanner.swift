import DocumentTree
import SourceText

/// Reads JSON into a tree, going on after errors as well as can be. Reads every byte once, never out of bounds.
struct Scanner {
  let bytes: UnsafeBufferPointer<UInt8>
  /// Where the text begins, after a byte-order mark.
  let start: Int
  var position: Int
  var builder: TreeBuilder
  var diagnostics: [JSONDiagnostic] = []
  var hasErrors = false
  var patches: [SyntaxPatch] = []
  /// The contents of long strings: see `checkSyntax`.
  var longStrings: [ByteRange] = []
  /// The text of a string with escapes.
  var scratch: [UInt8] = []
  /// The keys of the open objects, outermost first.
  var keys: [Key] = []
  private var frames: [Frame] = []
  private var state = State.value
  private var lastComma: Int?
  private var lastErrorStart = -1

  private struct Frame {
    var isObject: Bool
    var start: Int
    /// The number of `keys` when the object was opened.
    var keyBase: Int
  }

  /// What may come next.
  private enum State {
    case value
    case firstItem
    case firstKey
    case key
    case colon
    case comma
    case end
  }

  /// More errors than this help no one.
  private static let maximumErrors = 100

  init(_ bytes: UnsafeBufferPointer<UInt8>, source: [UInt8]) {
    self.bytes = bytes
    start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    position = start
    builder = TreeBuilder(source: source)
    builder.reserve(nodes: min(bytes.count / 12 + 4, 4_096))
  }

  mutating func scan() {
    loop: while true {
      skipWhitespace()
      guard position < bytes.count else { break }
      let byte = bytes[position]
      if byte == UInt8(ascii: "/"), skipComment() { continue }
      switch state {
      case .value, .firstItem: scanValue(byte)
      case .firstKey, .key: scanKey(byte)
      case .colon: scanColon(byte)
      case .comma: scanComma(byte)
      case .end:
        report(ByteRange(position, trimmedEnd), "unexpected text after the end of the JSON value")
        break loop
      }
      if state == .end, frames.isEmpty == false { break }
    }
    finish()
  }

  // MARK: Structure

  private mutating func scanValue(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "{"): open(isObject: true)
    case UInt8(ascii: "["): open(isObject: false)
    case UInt8(ascii: "\""):
      scanString(isKey: false)
      afterValue()
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      scanNumber()
      afterValue()
    case UInt8(ascii: "]") where state == .firstItem:
      close(byte)
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      if frames.isEmpty {
        report(ByteRange(position, position + 1), "expected a value, found '\(character)'")
        position += 1
      } else {
        reportMissingValue()
        close(byte)
      }
    case UInt8(ascii: ","):
      reportMissingValue()
      if frames.last?.isObject == true {
        addAbsentValue()
        state = .comma
      } else {
        position += 1
      }
    case UInt8(ascii: ":"):
      report(ByteRange(position, position + 1), "expected a value, found ':'")
      position += 1
    default:
      scanWord(isKey: false)
      afterValue()
    }
  }

  private mutating func scanKey(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""):
      scanString(isKey: true)
      state = .colon
    case UInt8(ascii: "}"):
      if state == .key { reportTrailingComma() }
      close(byte)
    case UInt8(ascii: "]"):
      report(ByteRange(position, position + 1), "expected a key or '}', found ']'")
      close(byte)
    case UInt8(ascii: ","):
      report(ByteRange(position, position + 1), "expected a key before ','")
      position += 1
    case UInt8(ascii: ":"), UInt8(ascii: "{"), UInt8(ascii: "["):
      report(ByteRange(position, position + 1), "expected a key in double quotes, found '\(character)'")
      builder.scalar(
        style: .plain, type: .string, flags: [.absent, .repaired], range: ByteRange(at: position),
        text: ByteRange(at: position))
      state = byte == UInt8(ascii: ":") ? .colon : .value
    default:
      scanWord(isKey: true)
      state = .colon
    }
  }

  private mutating func scanColon(_ byte: UInt8) {
    if byte == UInt8(ascii: ":") {
      position += 1
      state = .value
      return
    }
    report(ByteRange(position, position + 1), "expected ':' after the key, found '\(character)'")
    if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
      addAbsentValue()
      state = .comma
    } else {
      state = .value
    }
  }

  private mutating func scanComma(_ byte: UInt8) {
    let isObject = frames.last?.isObject ?? false
    switch byte {
    case UInt8(ascii: ","):
      lastComma = position
      position += 1
      state = isObject ? .key : .value
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      if (byte == UInt8(ascii: "}")) != isObject {
        report(
          ByteRange(position, position + 1),
          "expected ',' or '\(isObject ? "}" : "]")', found '\(character)'", related: frames.last.map(opener))
      }
      close(byte)
    case UInt8(ascii: ":"):
      report(ByteRange(position, position + 1), "expected ',' or '\(isObject ? "}" : "]")', found ':'")
      position += 1
    default:
      report(ByteRange(position, position + 1), "expected ',' or '\(isObject ? "}" : "]")', found '\(character)'")
      state = isObject ? .key : .value
    }
  }

  private mutating func afterValue() {
    state = frames.isEmpty ? .end : .comma
  }

  private mutating func open(isObject: Bool) {
    guard frames.count < JSONDocument.maximumDepth else {
      report(
        ByteRange(position, position + 1),
        "more than \(JSONDocument.maximumDepth) nested arrays and objects", kind: .tooDeep)
      // Nothing sensible follows: `scan` stops when the end state meets open containers.
      state = .end
      return
    }
    builder.open(isObject ? .mapping : .sequence, style: .flow, start: position, end: position + 1)
    frames.append(Frame(isObject: isObject, start: position, keyBase: keys.count))
    position += 1
    state = isObject ? .firstKey : .firstItem
  }

  /// Handles a closing bracket: closes the innermost container of its kind, or passes it over if there is none.
  private mutating func close(_ byte: UInt8) {
    let isObject = byte == UInt8(ascii: "}")
    guard frames.contains(where: { $0.isObject == isObject }) else {
      position += 1
      return
    }
    while let frame = frames.last, frame.isObject != isObject { closeInnermost(at: position) }
    position += 1
    closeInnermost(at: position)
    afterValue()
  }

  private mutating func closeInnermost(at end: Int) {
    guard let frame = frames.popLast() else { return }
    if frame.isObject {
      if !builder.expectsKey { addAbsentValue() }
      reportDuplicateKeys(from: frame.keyBase)
      keys.removeSubrange(frame.keyBase...)
    }
    builder.close(end: end)
  }

  private mutating func addAbsentValue() {
    builder.scalar(
      style: .plain, type: .null, flags: [.absent, .repaired], range: ByteRange(at: position),
      text: ByteRange(at: position))
  }

  private mutating func finish() {
    if state != .end {
      let place = ByteRange(at: trimmedEnd)
      if let frame = frames.last {
        let what = frame.isObject ? "object" : "array"
        report(
          place, "the text ends inside the \(what) that begins at \(lineAndColumn(frame.start))", related: opener(frame)
        )
      } else {
        report(place, "expected a JSON value, found the end of the text")
      }
    }
    while !frames.isEmpty { closeInnermost(at: min(position, bytes.count)) }
  }

  // MARK: Reports

  mutating func report(
    _ range: ByteRange, _ message: String, kind: JSONDiagnostic.Kind = .syntax,
    related: ByteRange? = nil
  ) {
    hasErrors = true
    // A second complaint about the same place only repeats the first.
    guard range.start != lastErrorStart, diagnostics.count < Self.maximumErrors else { return }
    lastErrorStart = range.start
    diagnostics.append(JSONDiagnostic(range: range, message: message, kind: kind, related: related))
  }

  private mutating func reportMissingValue() {
    if frames.last?.isObject == true {
      report(ByteRange(position, position + 1), "expected a value after ':', found '\(character)'")
    } else if bytes[position] == UInt8(ascii: ",") {
      report(ByteRange(position, position + 1), "expected a value before ','")
    } else if bytes[position] == UInt8(ascii: "]") {
      reportTrailingComma()
    } else {
      report(ByteRange(position, position + 1), "expected a value, found '\(character)'")
    }
  }

  private mutating func reportTrailingComma() {
    let place = lastComma.map { ByteRange($0, $0 + 1) } ?? ByteRange(position, position + 1)
    report(place, "a comma must not stand before '\(character)'")
  }

  private func opener(_ frame: Frame) -> ByteRange { ByteRange(frame.start, frame.start + 1) }

  /// The end of the text without trailing white space.
  private var trimmedEnd: Int {
    var end = bytes.count
    while end > start, Self.isWhitespace(bytes[end - 1]) { end -= 1 }
    return end
  }

  /// The character at the position, made visible.
  var character: String {
    guard position < bytes.count else { return "" }
    return visible(ByteRange(position, position + max(1, scalarLength(at: position) ?? 1)))
  }

  /// A piece of the text for a message: control characters as `U+0000`, cut after 32 characters.
  func visible(_ range: ByteRange) -> String {
    let text = String(decoding: bytes[range.start..<min(range.end, bytes.count, range.start + 160)], as: UTF8.self)
    var result = ""
    for (count, scalar) in text.unicodeScalars.enumerated() {
      if count == 32 { return result + "…" }
      if scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) {
        let hex = String(scalar.value, radix: 16, uppercase: true)
        result += "U+" + String(repeating: "0", count: 4 - hex.count) + hex
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A place as people count it: line and column from 1, the column in Unicode scalars.
  private mutating func lineAndColumn(_ offset: Int) -> String {
    let text = SourceText(builder.tree.source)
    let place = lineIndex.position(of: offset, in: text, encoding: .utf32)
    let column = place.column + (place.line == 0 && start > 0 ? 0 : 1)
    return "line \(place.line + 1), column \(column)"
  }

  /// The lines of the text, found when the first message names one.
  lazy var lineIndex = LineIndex(SourceText(builder.tree.source))

  // MARK: Blanks

  @inline(__always)
  static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  @inline(__always)
  private mutating func skipWhitespace() {
    while position < bytes.count, Self.isWhitespace(bytes[position]) { position += 1 }
  }

  /// Passes over a comment, which JSON does not have.
  private mutating func skipComment() -> Bool {
    guard position + 1 < bytes.count else { return false }
    var end = position + 2
    switch bytes[position + 1] {
    case UInt8(ascii: "/"):
      while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
    case UInt8(ascii: "*"):
      while end < bytes.count, !(bytes[end - 1] == 0x2A && bytes[end] == 0x2F && end - 1 > position + 1) { end += 1 }
      end = min(end + 1, bytes.count)
    default:
      return false
    }
    report(ByteRange(position, end), "JSON has no comments")
    position = end
    return true
  }
}

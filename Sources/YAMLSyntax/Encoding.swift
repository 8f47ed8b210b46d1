import SourceText

/// What was found of bytes that are no text.
struct EncodingCheck {
  var problems: [SyntaxProblem] = []
  /// The document with each such byte replaced by `?`, so that the rest can be read; nil if there is none.
  var cleaned: [UInt8]?
  /// Whether the document is not UTF-8 at all, so that reading on tells nothing.
  var isHopeless = false
}

/// Finds bytes that are not UTF-8 and characters that YAML forbids (YAML 1.2, section 5.1). O(n), eight bytes at a time
/// over plain text.
func checkEncoding(of bytes: [UInt8], in range: ByteRange) -> EncodingCheck {
  var check = EncodingCheck()
  if range.start == 0, bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
    check.isHopeless = true
    check.problems = [
      SyntaxProblem(.encoding, ByteRange(0, 2), "this file is UTF-16: save it as UTF-8")
    ]
    return check
  }
  let maximumProblems = 20
  var position = range.start
  var runStart = -1
  var runEnd = -1
  var runMessage = ""
  func flush() {
    guard runStart >= 0 else { return }
    if check.problems.count < maximumProblems {
      check.problems.append(SyntaxProblem(.encoding, ByteRange(runStart, runEnd), runMessage))
    }
    runStart = -1
  }
  bytes.withUnsafeBufferPointer { buffer in
    let buffer = UnsafeBufferPointer(rebasing: buffer[0..<range.end])
    let raw = UnsafeRawBufferPointer(buffer)
    while position < buffer.count {
      if position + 8 <= raw.count {
        let word = raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        // No high bit, no byte below 0x20, no 0x7F: printable ASCII.
        let belowSpace = (word &- 0x2020_2020_2020_2020) & ~word
        let delete = (word ^ 0x7F7F_7F7F_7F7F_7F7F) &- 0x0101_0101_0101_0101
        if (word | belowSpace | delete) & 0x8080_8080_8080_8080 == 0 {
          position += 8
          continue
        }
      }
      let (length, problem) = examine(buffer, position)
      if let problem {
        if runStart >= 0, runEnd == position, runMessage == problem {
          runEnd = position + length
        } else {
          flush()
          runStart = position
          runEnd = position + length
          runMessage = problem
        }
        if check.cleaned == nil { check.cleaned = bytes }
        for offset in position..<(position + length) { check.cleaned?[offset] = UInt8(ascii: "?") }
      }
      position += length
    }
  }
  flush()
  return check
}

/// The length of the character at a position, and what is wrong with it.
private func examine(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> (length: Int, problem: String?) {
  let lead = bytes[position]
  if lead < 0x80 {
    if (lead >= 0x20 && lead != 0x7F) || lead == 0x09 || lead == 0x0A || lead == 0x0D { return (1, nil) }
    return (1, lead == 0 ? "a NUL byte: this is no text file, or it is damaged" : controlMessage(UInt32(lead)))
  }
  let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
  let invalid = "not UTF-8: save the file as UTF-8"
  guard lead >= 0xC2, lead <= 0xF4, position + length <= bytes.count else { return (1, invalid) }
  var value = UInt32(lead) & (0x7F >> UInt32(length))
  for offset in 1..<length {
    let byte = bytes[position + offset]
    guard byte & 0xC0 == 0x80 else { return (1, invalid) }
    value = value << 6 | UInt32(byte & 0x3F)
  }
  if length == 3, value < 0x800 || (0xD800...0xDFFF).contains(value) { return (1, invalid) }
  if length == 4, value < 0x10000 || value > 0x10FFFF { return (1, invalid) }
  if (0x80...0x9F).contains(value), value != 0x85 { return (length, controlMessage(value)) }
  if value == 0xFEFF { return (length, "a byte-order mark in the middle of the text: remove it") }
  if value == 0xFFFE || value == 0xFFFF { return (length, controlMessage(value)) }
  return (length, nil)
}

private func controlMessage(_ value: UInt32) -> String {
  let digits = String(value, radix: 16, uppercase: true)
  return "the control character U+\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits): remove it"
}

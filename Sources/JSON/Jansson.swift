import CJansson
import SourceText

/// A place where the text given to libjansson differs from the document, by bytes of the same number.
enum SyntaxPatch {
  /// A number that libjansson cannot represent: an unremarkable one stands in.
  case number(ByteRange)
  /// The offset of the backslash of a `\uXXXX` that libjansson refuses.
  case escape(Int)
}

/// Asks libjansson whether a text is JSON.
///
/// - Parameters:
///   - bytes: the document, in which the scanner has found no error.
///   - start: where the text begins, after a byte-order mark.
///   - patches: what libjansson would refuse although RFC 8259 allows it.
///   - longStrings: the contents of long strings in document order. libjansson takes some 20 ns for a byte, so a first
///     try is made without them; the scanner has been through them already.
/// - Returns: its complaint, or nil if it has none.
func checkSyntax(
  of bytes: UnsafeBufferPointer<UInt8>, from start: Int, patches: [SyntaxPatch], longStrings: [ByteRange] = []
) -> JSONDiagnostic? {
  if patches.isEmpty { return checkSyntax(of: bytes, from: start, without: longStrings) }
  return patched(bytes, patches).withUnsafeBufferPointer { checkSyntax(of: $0, from: start, without: longStrings) }
}

private func checkSyntax(
  of bytes: UnsafeBufferPointer<UInt8>, from start: Int, without ranges: [ByteRange]
) -> JSONDiagnostic? {
  guard !ranges.isEmpty else { return load(bytes, from: start) }
  var short: [UInt8] = []
  short.reserveCapacity(bytes.count - ranges.reduce(0) { $0 + $1.count })
  var position = 0
  for range in ranges {
    short.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[position..<range.start]))
    position = range.end
  }
  short.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[position...]))
  // A complaint needs its true place, so libjansson is asked again for it.
  return short.withUnsafeBufferPointer { load($0, from: start) } == nil ? nil : load(bytes, from: start)
}

private func patched(_ bytes: UnsafeBufferPointer<UInt8>, _ patches: [SyntaxPatch]) -> [UInt8] {
  var copy = Array(bytes)
  for patch in patches {
    switch patch {
    case .number(let range):
      var position = range.start
      if copy[position] == UInt8(ascii: "-") { position += 1 }
      let first = position
      while position < range.end {
        copy[position] = UInt8(ascii: position == first ? "1" : position == first + 1 ? "." : "0")
        position += 1
      }
    case .escape(let offset):
      for (index, byte) in "\\ufffd".utf8.enumerated() { copy[offset + index] = byte }
    }
  }
  return copy
}

private func load(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> JSONDiagnostic? {
  guard let base = bytes.baseAddress else {
    return JSONDiagnostic(range: ByteRange(at: 0), message: "the text is empty", kind: .syntax)
  }
  var error = json_error_t()
  let flags = Int(JSON_DECODE_ANY | JSON_ALLOW_NUL)
  let root = UnsafeRawPointer(base + start).withMemoryRebound(to: CChar.self, capacity: bytes.count - start) {
    json_loadb($0, bytes.count - start, flags, &error)
  }
  if let root {
    json_decref(root)
    return nil
  }
  let message = withUnsafeBytes(of: error.text) { text in
    String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
  }
  let position = start + max(Int(error.position), 0)
  return JSONDiagnostic(
    range: ByteRange(max(position - 1, start), position).clamped(to: bytes.count), message: message, kind: .syntax)
}

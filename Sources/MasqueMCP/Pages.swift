import JSON
import JSONRPC

/// How many items a client gets at once.
let pageLength = 200

/// A page of a list. Its cursor names the last item, so that a list which changes between two pages loses nothing that
/// was there all the time.
///
/// - Parameters:
///   - name: the list's name in the result.
///   - items: all items with keys that tell them apart, in order.
///   - params: the request's, with its cursor.
/// - Returns: the result.
/// - Throws: that the cursor is none of this list, or names an item that is gone.
func page(
  _ name: String, _ items: [(key: String, value: JSONValue)], _ params: JSONObject
) throws(ResponseError) -> JSONObject {
  var start = 0
  if let cursor = try params.optionalString("cursor") {
    guard let last = item(of: cursor, in: name), let index = items.firstIndex(where: { $0.key == last }) else {
      throw ResponseError(.invalidParams, "`cursor` is none of this list, or what it names is gone; begin again")
    }
    start = index + 1
  }
  let end = min(start + pageLength, items.count)
  var result: JSONObject = [name: .array(items[start..<end].map(\.value))]
  if end < items.count { result["nextCursor"] = .string(cursor(after: items[end - 1].key, in: name)) }
  return result
}

/// A cursor: opaque to clients, the list's name and the item's key in hexadecimal digits.
private func cursor(after key: String, in list: String) -> String {
  var digits = ""
  for byte in "\(list)\n\(key)".utf8 {
    if byte < 0x10 { digits += "0" }
    digits += String(byte, radix: 16)
  }
  return digits
}

/// The key in a cursor; nil for what is no cursor of this list.
private func item(of cursor: String, in list: String) -> String? {
  let digits = cursor.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
  guard digits.count.isMultiple(of: 2) else { return nil }
  var bytes: [UInt8] = []
  for place in stride(from: 0, to: digits.count, by: 2) {
    guard let high = digits[place], let low = digits[place + 1] else { return nil }
    bytes.append(UInt8(high << 4 | low))
  }
  guard let text = String(validating: bytes, as: UTF8.self), text.hasPrefix("\(list)\n") else { return nil }
  return String(text.dropFirst(list.count + 1))
}

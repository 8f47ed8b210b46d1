import JSON
import JSONRPC

extension JSONObject {
  /// A member that must be a string.
  ///
  /// - Throws: that it is missing, or something else.
  func string(_ name: String) throws(ResponseError) -> String {
    guard let text = try optionalString(name) else {
      throw ResponseError(.invalidParams, "`\(name)` is missing: a string")
    }
    return text
  }

  /// A member that may be absent, and is a string otherwise.
  ///
  /// - Throws: that it is something else.
  func optionalString(_ name: String) throws(ResponseError) -> String? {
    guard let value = self[name], !value.isNull else { return nil }
    guard let text = value.stringValue else { throw mismatch(name, "a string", value) }
    return text
  }

  /// A member that must be an object.
  ///
  /// - Throws: that it is missing, or something else.
  func object(_ name: String) throws(ResponseError) -> JSONObject {
    guard let object = try optionalObject(name) else {
      throw ResponseError(.invalidParams, "`\(name)` is missing: an object")
    }
    return object
  }

  /// A member that may be absent, and is an object otherwise.
  ///
  /// - Throws: that it is something else.
  func optionalObject(_ name: String) throws(ResponseError) -> JSONObject? {
    guard let value = self[name], !value.isNull else { return nil }
    guard let object = value.objectValue else { throw mismatch(name, "an object", value) }
    return object
  }
}

private func mismatch(_ name: String, _ expected: String, _ value: JSONValue) -> ResponseError {
  ResponseError(.invalidParams, "`\(name)` must be \(expected), not \(value.kindDescription)")
}

/// A text from outside, short enough to be repeated in a message.
func quoted(_ text: String) -> String {
  let clean = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? "\u{FFFD}" : $0 }))
  return clean.count > 80 ? "`\(clean.prefix(79))…`" : "`\(clean)`"
}

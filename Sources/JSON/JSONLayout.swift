import CJansson

/// How JSON is laid out.
public enum JSONLayout: Hashable, Sendable {
  /// On one line, without blanks.
  case compact
  /// On one line, with a blank after each comma and colon.
  case line
  /// One item or pair per line, indented by so many spaces per level, 0 to 31.
  case pretty(indent: Int)

  /// One item or pair per line, indented by two spaces per level.
  public static let pretty = JSONLayout.pretty(indent: 2)
}

extension JSONValue {
  /// The value as JSON text in UTF-8, without a line break at the end.
  ///
  /// Reals are written in the shortest form that reads back as the same double. What JSON cannot express is written as
  /// `null`: infinities, not-a-number, and values nested deeper than 1,000 levels.
  ///
  /// - Parameters:
  ///   - layout: how it is laid out.
  ///   - sortedKeys: whether keys are in the order of their code points instead of their own.
  /// - Returns: the bytes.
  public func serialized(_ layout: JSONLayout = .compact, sortedKeys: Bool = false) -> [UInt8] {
    // What is for people may take its time; messages may not.
    guard layout == .compact, !sortedKeys else { return dumped(layout, sortedKeys: sortedKeys) }
    var writer = JSONWriter()
    writer.value(self)
    return writer.bytes
  }

  /// The value as JSON text; see `serialized(_:sortedKeys:)`.
  public func text(_ layout: JSONLayout = .compact, sortedKeys: Bool = false) -> String {
    String(decoding: serialized(layout, sortedKeys: sortedKeys), as: UTF8.self)
  }

  /// The deepest level that is written.
  static let maximumWrittenDepth = 1_000

  /// What libjansson writes of the value.
  func dumped(_ layout: JSONLayout, sortedKeys: Bool = false) -> [UInt8] {
    let sink = Sink()
    guard let root = make(self, depth: 0) else { return [] }
    defer { json_decref(root) }
    var flags = Int(JSON_ENCODE_ANY)
    switch layout {
    case .compact: flags |= Int(JSON_COMPACT)
    case .line: break
    case .pretty(let indent): flags |= min(max(indent, 0), 31)
    }
    if sortedKeys { flags |= Int(JSON_SORT_KEYS) }
    _ = withExtendedLifetime(sink) {
      json_dump_callback(root, collect, Unmanaged.passUnretained(sink).toOpaque(), flags)
    }
    return sink.bytes
  }
}

/// What libjansson has written so far.
private final class Sink {
  var bytes: [UInt8] = []
  /// Whether the next piece belongs to a string.
  var isInString = false
}

/// Takes a piece of JSON text from libjansson, which hands over every quote, every stretch of a string and every number
/// as a piece of its own.
private let collect: json_dump_callback_t = { pointer, count, context in
  guard let pointer, let context else { return -1 }
  let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
  let piece = UnsafeRawBufferPointer(start: pointer, count: count)
  guard let first = piece.first else { return 0 }
  if count == 1, first == UInt8(ascii: "\"") {
    sink.isInString.toggle()
  } else if !sink.isInString, first == UInt8(ascii: "-") || (first &- 0x30) < 10,
    piece.contains(where: { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") })
  {
    // libjansson prints reals with 17 digits: enough to be read back, more than people want to see.
    let text = String(decoding: piece, as: UTF8.self)
    sink.bytes.append(contentsOf: (Double(text)?.description ?? text).utf8)
    return 0
  }
  sink.bytes.append(contentsOf: piece)
  return 0
}

/// The value in libjansson's form; the caller owns it.
private func make(_ value: JSONValue, depth: Int) -> UnsafeMutablePointer<json_t>? {
  guard depth <= JSONValue.maximumWrittenDepth else { return json_null() }
  switch value {
  case .null: return json_null()
  case .bool(let value): return value ? json_true() : json_false()
  case .integer(let value): return json_integer(json_int_t(value))
  case .number(let value): return value.isFinite ? json_real(value) : json_null()
  case .string(var value):
    return value.withUTF8 { utf8 in withCharacters(utf8) { json_stringn_nocheck($0, utf8.count) } }
  case .array(let items):
    let array = json_array()
    for item in items { json_array_append_new(array, make(item, depth: depth + 1)) }
    return array
  case .object(let pairs):
    let object = json_object()
    for pair in pairs {
      let child = make(pair.value, depth: depth + 1)
      var key = pair.key
      key.withUTF8 { utf8 in
        _ = withCharacters(utf8) { json_object_setn_new_nocheck(object, $0, utf8.count, child) }
      }
    }
    return object
  }
}

private func withCharacters<R>(_ utf8: UnsafeBufferPointer<UInt8>, _ body: (UnsafePointer<CChar>) -> R) -> R {
  guard let base = utf8.baseAddress else {
    // An empty string may have no address, and libjansson wants one.
    var nothing: CChar = 0
    return withUnsafePointer(to: &nothing, body)
  }
  return UnsafeRawPointer(base).withMemoryRebound(to: CChar.self, capacity: utf8.count, body)
}

import CLibYAML
import DocumentTree
import SourceText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why libyaml stopped, in byte offsets of the document.
struct ReadFailure {
  /// libyaml's own words for what is wrong, for example "did not find expected key"; ours for a bound that was passed.
  var problem: String
  /// Where it noticed; often the line after the culprit.
  var offset: Int
  /// What it was doing, for example "while parsing a block mapping"; empty if it does not say.
  var context: String
  /// Where that began; more often the culprit.
  var contextOffset: Int?
  /// Whether reading stopped because containers are nested too deeply.
  var isTooDeep = false

  /// What to say of it where nothing better is known.
  var sentence: String { "this is not YAML here: \(context.isEmpty ? problem : "\(problem) \(context)")" }
}

/// What a stretch of text gave.
struct ReadResult {
  var tree: DocumentTree
  var failure: ReadFailure?
  /// Where a second document begins; reading stops there.
  var secondDocument: Int?
}

/// Containers nested deeper than this are refused: no masque needs a tenth of it, and libyaml itself would go on for
/// thousands of levels in quadratic time.
let maximumDepth = 100

/// Reads a stretch of a document through libyaml's events into a tree of its own, with offsets of the document.
///
/// - Parameters:
///   - source: the document's bytes, which ranges and texts refer to.
///   - range: the stretch to read. A byte-order mark must lie before it.
///   - repaired: the replacements to make before libyaml reads the stretch.
/// - Returns: the tree as far as it could be read, and why reading stopped.
func readEvents(source: [UInt8], range: ByteRange, repaired: RepairedText? = nil) -> ReadResult {
  if let repaired {
    return repaired.bytes(of: source).withUnsafeBufferPointer { bytes in
      var reader = EventReader(source: source, range: range, bytes: bytes, repaired: repaired)
      return reader.read()
    }
  }
  return source.withUnsafeBufferPointer { bytes in
    let stretch = UnsafeBufferPointer(rebasing: bytes[range.start..<range.end])
    var reader = EventReader(source: source, range: range, bytes: stretch, repaired: nil)
    return reader.read()
  }
}

private struct EventReader {
  let source: [UInt8]
  let range: ByteRange
  let bytes: UnsafeBufferPointer<UInt8>
  let repaired: RepairedText?
  var builder: TreeBuilder
  var offsets: OffsetCursor

  init(source: [UInt8], range: ByteRange, bytes: UnsafeBufferPointer<UInt8>, repaired: RepairedText?) {
    self.source = source
    self.range = range
    self.bytes = bytes
    self.repaired = repaired
    builder = TreeBuilder(source: source)
    builder.reserve(nodes: range.count / 24 + 8)
    offsets = OffsetCursor(bytes: bytes, base: range.start, repaired: repaired)
  }

  mutating func read() -> ReadResult {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    defer { parser.deallocate() }
    guard yaml_parser_initialize(parser) == 1 else {
      return ReadResult(
        tree: builder.tree, failure: ReadFailure(problem: "out of memory", offset: range.start, context: ""))
    }
    defer { yaml_parser_delete(parser) }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)

    var documents = 0
    var event = yaml_event_t()
    while true {
      guard yaml_parser_parse(parser, &event) == 1 else {
        return ReadResult(tree: closed(), failure: failure(of: parser.pointee))
      }
      defer { yaml_event_delete(&event) }
      switch event.type {
      case YAML_STREAM_END_EVENT, YAML_NO_EVENT:
        return ReadResult(tree: builder.tree)
      case YAML_DOCUMENT_START_EVENT:
        documents += 1
        if documents > 1 {
          return ReadResult(tree: builder.tree, secondDocument: offsets.offset(ofScalar: event.start_mark.index))
        }
      case YAML_SCALAR_EVENT:
        scalar(event)
      case YAML_ALIAS_EVENT:
        let start = offsets.offset(ofScalar: event.start_mark.index)
        let end = offsets.offset(ofScalar: event.end_mark.index)
        builder.alias(name: string(event.data.alias.anchor), range: ByteRange(start, end))
      case YAML_SEQUENCE_START_EVENT:
        let data = event.data.sequence_start
        open(
          .sequence, isFlow: data.style == YAML_FLOW_SEQUENCE_STYLE, event: event, anchor: data.anchor, tag: data.tag)
      case YAML_MAPPING_START_EVENT:
        let data = event.data.mapping_start
        open(.mapping, isFlow: data.style == YAML_FLOW_MAPPING_STYLE, event: event, anchor: data.anchor, tag: data.tag)
      case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
        close(event)
      default:
        break
      }
      if builder.depth > maximumDepth {
        let offset = offsets.offset(ofScalar: event.start_mark.index)
        return ReadResult(
          tree: closed(),
          failure: ReadFailure(problem: "nested too deeply", offset: offset, context: "", isTooDeep: true))
      }
    }
  }

  /// The tree with every open container closed where its content ends.
  private mutating func closed() -> DocumentTree {
    // The last node need not be the one that ends last: it may stand in a list that was closed behind it.
    let end = Int(builder.tree.nodes.lazy.map(\.end).max() ?? 0)
    while builder.depth > 0 {
      // A key whose value was never reached has none.
      if let container = builder.container, builder.tree[container].kind == .mapping, !builder.expectsKey {
        builder.scalar(
          style: .plain, type: .null, flags: .absent, range: ByteRange(at: end), text: ByteRange(at: end))
      }
      let isFlow = builder.container.map { builder.tree[$0].style == .flow } ?? false
      builder.close(end: isFlow ? end : nil)
    }
    return builder.tree
  }

  private mutating func open(
    _ kind: NodeKind, isFlow: Bool, event: yaml_event_t, anchor: UnsafeMutablePointer<yaml_char_t>?,
    tag: UnsafeMutablePointer<yaml_char_t>?
  ) {
    var start = offsets.offset(ofScalar: event.start_mark.index)
    var properties: PropertyRanges?
    if anchor != nil || tag != nil {
      let found = propertyRanges(at: start)
      start = found.contentStart
      properties = found
    }
    let id = builder.open(kind, style: isFlow ? .flow : .block, start: start, end: start)
    if let properties { set(properties, on: id, anchor: anchor, tag: tag) }
  }

  private mutating func close(_ event: yaml_event_t) {
    guard let container = builder.container else { return }
    if builder.tree[container].style == .flow {
      builder.close(end: offsets.offset(ofScalar: event.end_mark.index))
    } else {
      builder.close(end: nil)
    }
  }

  private mutating func scalar(_ event: yaml_event_t) {
    let data = event.data.scalar
    var start = offsets.offset(ofScalar: event.start_mark.index)
    var end = offsets.offset(ofScalar: event.end_mark.index)
    let text = UnsafeBufferPointer(start: data.value, count: data.length)
    var properties: PropertyRanges?
    if data.anchor != nil || data.tag != nil {
      let found = propertyRanges(at: start)
      start = Swift.min(found.contentStart, Swift.max(end, start))
      properties = found
    }
    let style: NodeStyle
    switch data.style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: style = .singleQuoted
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: style = .doubleQuoted
    case YAML_LITERAL_SCALAR_STYLE: style = .literal
    case YAML_FOLDED_SCALAR_STYLE: style = .folded
    default: style = .plain
    }

    let id: NodeID
    if style == .plain, let hidden = repaired?.quoted.first(where: { $0.range.start == start }) {
      id = builder.scalar(style: .plain, type: .string, flags: .repaired, range: hidden.range, text: hidden.text)
    } else if style == .plain, text.isEmpty {
      let type = scalarType(ofPlain: text, tag: data.tag).type
      // libyaml puts the value that is not written before or at its indicator; a cursor expects it after.
      if properties == nil, start < range.end, source[start] == UInt8(ascii: ":") || source[start] == UInt8(ascii: "-")
      {
        start += 1
      }
      let place = ByteRange(at: start)
      id = builder.scalar(style: .plain, type: type, flags: .absent, range: place, text: place)
    } else {
      if style == .literal || style == .folded { end = trimmedEnd(from: start, end) }
      let inner =
        style == .singleQuoted || style == .doubleQuoted ? ByteRange(start + 1, end - 1) : ByteRange(start, end)
      let resolved =
        style == .plain || data.tag != nil
        ? scalarType(of: text, style: style, tag: data.tag) : (type: ScalarType.string, flags: NodeFlags())
      var flags = resolved.flags
      if let repaired, repaired.completedKeys.contains(start) { flags.insert(.repaired) }
      if style == .plain, data.tag == nil, builder.expectsKey, text.count == 2, text[0] == UInt8(ascii: "<"),
        text[1] == UInt8(ascii: "<"), let container = builder.container
      {
        flags.insert(.merge)
        builder.mark(container, .merge)
      }
      if inner.count == text.count, isSource(inner, text) {
        id = builder.scalar(
          style: style, type: resolved.type, flags: flags, range: ByteRange(start, end), text: inner)
      } else {
        id = builder.scalar(
          style: style, type: resolved.type, flags: flags, range: ByteRange(start, end), decoded: text)
      }
    }
    if let properties { set(properties, on: id, anchor: data.anchor, tag: data.tag) }
  }

  private func isSource(_ range: ByteRange, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard range.end <= source.count else { return false }
    guard let base = text.baseAddress, !text.isEmpty else { return true }
    return source.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return false }
      return memcmp(start + range.start, base, text.count) == 0
    }
  }

  /// A block scalar's end without the line breaks and blank lines behind its last line of text.
  private func trimmedEnd(from start: Int, _ end: Int) -> Int {
    var end = Swift.min(end, range.end)
    while end > start + 1 {
      switch source[end - 1] {
      case 0x20, 0x09, 0x0A, 0x0D: end -= 1
      default: return end
      }
    }
    return end
  }

  // MARK: Anchors and tags

  private struct PropertyRanges {
    var anchor: ByteRange?
    var tag: ByteRange?
    var contentStart: Int
  }

  /// libyaml says that a node has an anchor or a tag, not where: they are found again from the node's first byte.
  private func propertyRanges(at start: Int) -> PropertyRanges {
    var result = PropertyRanges(anchor: nil, tag: nil, contentStart: start)
    var position = start
    while position < range.end {
      let byte = source[position]
      if byte == UInt8(ascii: "&"), result.anchor == nil {
        let end = nameEnd(from: position + 1)
        result.anchor = ByteRange(position + 1, end)
        position = end
        result.contentStart = end
      } else if byte == UInt8(ascii: "!"), result.tag == nil {
        let end = tokenEnd(from: position + 1)
        result.tag = ByteRange(position, end)
        position = end
        result.contentStart = end
      } else if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
        position += 1
      } else if byte == UInt8(ascii: "#"), position > 0, isBlank(source[position - 1]) {
        while position < range.end, source[position] != 0x0A, source[position] != 0x0D { position += 1 }
      } else {
        result.contentStart = position
        break
      }
    }
    return result
  }

  /// libyaml's names of anchors: letters, digits, `_` and `-`.
  private func nameEnd(from start: Int) -> Int {
    var position = start
    while position < range.end {
      let byte = source[position]
      let isName =
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
      guard isName else { break }
      position += 1
    }
    return position
  }

  private func tokenEnd(from start: Int) -> Int {
    var position = start
    while position < range.end {
      let byte = source[position]
      if isBlank(byte) { break }
      if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { break }
      position += 1
    }
    return position
  }

  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

  private mutating func set(
    _ ranges: PropertyRanges, on id: NodeID, anchor: UnsafeMutablePointer<yaml_char_t>?,
    tag: UnsafeMutablePointer<yaml_char_t>?
  ) {
    builder.setProperties(
      NodeProperties(node: id, anchor: ranges.anchor, tag: ranges.tag, resolvedTag: tag.map { string($0) }),
      anchorName: anchor.map { string($0) })
  }

  private func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String {
    pointer.map { String(cString: $0) } ?? ""
  }

  // MARK: Failure

  private mutating func failure(of parser: yaml_parser_t) -> ReadFailure {
    let problem = parser.problem.map { String(cString: $0) } ?? "this is not YAML"
    let context = parser.context.map { String(cString: $0) } ?? ""
    if parser.error == YAML_READER_ERROR {
      return ReadFailure(
        problem: problem, offset: offsets.documentOffset(ofByte: Int(parser.problem_offset)), context: "")
    }
    return ReadFailure(
      problem: problem, offset: Swift.min(offsets.offset(ofScalar: parser.problem_mark.index), range.end),
      context: context,
      contextOffset: context.isEmpty ? nil : offsets.offset(ofScalar: parser.context_mark.index))
  }
}

/// Turns libyaml's indices, which count Unicode scalars, into byte offsets.
///
/// Marks come almost in order, so a cursor that walks from the last answer is linear over a document.
struct OffsetCursor {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let base: Int
  private let repaired: RepairedText?
  private let isASCII: Bool
  private var scalar = 0
  private var byte = 0

  init(bytes: UnsafeBufferPointer<UInt8>, base: Int, repaired: RepairedText?) {
    self.bytes = bytes
    self.base = base
    self.repaired = repaired
    isASCII = containsOnlyASCII(bytes)
  }

  mutating func offset(ofScalar index: Int) -> Int {
    if isASCII { return documentOffset(ofByte: Swift.min(index, bytes.count)) }
    while scalar < index, byte < bytes.count {
      byte += 1
      while byte < bytes.count, bytes[byte] & 0xC0 == 0x80 { byte += 1 }
      scalar += 1
    }
    while scalar > index, byte > 0 {
      byte -= 1
      while byte > 0, bytes[byte] & 0xC0 == 0x80 { byte -= 1 }
      scalar -= 1
    }
    return documentOffset(ofByte: byte)
  }

  func documentOffset(ofByte byte: Int) -> Int {
    repaired?.documentOffset(byte) ?? base + byte
  }
}

/// Whether no byte has its high bit set. Eight bytes at a time.
func containsOnlyASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  var bits: UInt64 = 0
  let raw = UnsafeRawBufferPointer(bytes)
  var position = 0
  while position + 8 <= raw.count {
    bits |= raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)
    position += 8
  }
  var tail: UInt8 = 0
  while position < raw.count {
    tail |= raw[position]
    position += 1
  }
  return bits & 0x8080_8080_8080_8080 == 0 && tail & 0x80 == 0
}

import DocumentTree
import FuzzSupport
import JSON
import JSONRPC
import SourceText

/// The first field is a stream, and a JSON text as well. The second says in what pieces the stream comes, and by what path
/// the text is edited.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMessages(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let input = FuzzInput(start, count)
  checkFraming(input[0], FuzzNumbers(input[1]))
  checkText(input[0], FuzzNumbers(input[1]))
  return 0
}

private let messageLimit = 512

/// Frames do not depend on how the stream came in pieces, and a message that is sent again is the same.
private func checkFraming(_ stream: [UInt8], _ numbers: FuzzNumbers) {
  var numbers = numbers
  var pieces: [ArraySlice<UInt8>] = []
  var rest = stream[...]
  while !rest.isEmpty {
    let count = numbers.rest.isEmpty ? rest.count : 1 + numbers.byte() % 40
    pieces.append(rest.prefix(count))
    rest = rest.dropFirst(count)
  }
  let whole = contentFrames([stream[...]])
  require(contentFrames(pieces) == whole, "frames depend on the pieces")
  require(lineFrames(pieces) == lineFrames([stream[...]]), "lines depend on the pieces")
  for case .message(let bytes) in whole {
    require(bytes.count <= messageLimit, "a message beyond the limit")
    require(contentFrames([ContentLengthFramer.encode(bytes)[...]]) == [.message(bytes)], "a frame that is no frame")
    checkMessage(bytes)
  }
  for case .message(let bytes) in lineFrames([stream[...]]) { checkMessage(bytes) }
}

private func contentFrames(_ pieces: [ArraySlice<UInt8>]) -> [Frame] {
  var framer = ContentLengthFramer(messageLimit: messageLimit)
  var frames: [Frame] = []
  for piece in pieces {
    framer.append(piece)
    while let frame = framer.next() { frames.append(frame) }
  }
  return frames
}

/// A line that is too long is refused as soon as that is certain, so its length depends on the pieces.
private func lineFrames(_ pieces: [ArraySlice<UInt8>]) -> [Frame] {
  var framer = NewlineFramer(messageLimit: messageLimit)
  var frames: [Frame] = []
  for piece in pieces {
    framer.append(piece)
    while let frame = framer.next() { frames.append(frame) }
  }
  if let frame = framer.finish() { frames.append(frame) }
  return frames.map { frame in
    if case .malformed(.tooLarge) = frame { .malformed(.tooLarge(length: nil, limit: messageLimit)) } else { frame }
  }
}

private func checkMessage(_ bytes: [UInt8]) {
  switch Message.decode(bytes) {
  case .success(let message):
    // What JSON can't express is written as null.
    guard isWritable(message.json) else { return }
    require((try? Message.decode(message.encoded()).get()) == message, "a message that is sent on is another")
    require(!message.encoded().contains(0x0A), "a message of several lines")
  case .failure(let malformed):
    require(!malformed.error.message.isEmpty, "a refusal without words")
  }
}

private func isWritable(_ value: JSONValue) -> Bool {
  switch value {
  case .number(let number): number.isFinite
  case .array(let items): items.allSatisfy(isWritable)
  case .object(let object): object.allSatisfy { isWritable($0.value) }
  default: true
  }
}

/// JSON that is read and written is the same JSON; an edit changes one value.
private func checkText(_ bytes: [UInt8], _ numbers: FuzzNumbers) {
  let text = SourceText(bytes)
  let document = JSONDocument.parse(text)
  var last = 0
  for diagnostic in document.diagnostics {
    require(last <= diagnostic.range.start && diagnostic.range.end <= bytes.count, "a diagnostic out of place")
    last = diagnostic.range.start
  }
  for node in document.tree.nodes {
    require(node.start >= 0 && node.start <= node.end && Int(node.end) <= bytes.count, "a value outside the text")
  }
  guard let value = try? JSONValue(parsing: bytes) else {
    require(!document.isWellFormed, "well-formed, and no value")
    return
  }
  guard isWritable(value) else { return }
  for layout in [JSONLayout.compact, .line, .pretty] {
    for sortedKeys in [false, true] {
      let written = value.serialized(layout, sortedKeys: sortedKeys)
      let again = try? JSONValue(parsing: written)
      require(again == value, "\(layout) writes another value: \(String(decoding: written, as: UTF8.self))")
    }
  }
  var numbers = numbers
  let path = path(into: value, &numbers)
  let new = JSONValue.object(["é\n": [nil, true, -1, 0.5, "\"\\\u{1}"]])
  guard let edits = try? JSONEditor.setValue(new, atPath: path, in: text) else {
    return require(false, "an existing value can't be set: \(path)")
  }
  let (changed, dropped) = text.applying(edits)
  require(dropped.isEmpty, "edits that overlap")
  guard let result = try? JSONValue(parsing: changed.bytes) else { return require(false, "an edit makes no JSON") }
  require(found(at: path, in: result) == new, "a value that was set is not there: \(path)")
  if !path.isEmpty, let removal = try? JSONEditor.removeValue(atPath: path, in: text) {
    let (rest, dropped) = text.applying(removal)
    require(dropped.isEmpty, "edits that overlap")
    guard let rest = try? JSONValue(parsing: rest.bytes) else { return require(false, "a removal makes no JSON") }
    if case .key? = path.last { require(found(at: path, in: rest) == nil, "a key that was removed is there: \(path)") }
  }
}

/// A path to a value that is there.
private func path(into value: JSONValue, _ numbers: inout FuzzNumbers) -> [JSONPathElement] {
  var path: [JSONPathElement] = []
  var value = value
  while path.count < 20 {
    let choice = numbers.byte()
    switch value {
    case .array(let items) where !items.isEmpty && choice % 8 != 0:
      path.append(.index(choice % items.count))
      value = items[choice % items.count]
    case .object(let object) where object.count > 0 && choice % 8 != 0:
      let member = Array(object)[choice % object.count]
      path.append(.key(member.key))
      value = member.value
    default: return path
    }
  }
  return path
}

private func found(at path: [JSONPathElement], in value: JSONValue) -> JSONValue? {
  path.reduce(value) { value, element in
    switch element {
    case .key(let key): value?[key]
    case .index(let index): value?[index]
    }
  }
}

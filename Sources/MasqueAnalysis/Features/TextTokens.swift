import SourceText

/// The tokens inside a text of some form, in the bytes of the text; what lies between them is text. Works on texts that
/// are half typed: nothing is held to its grammar.
func textTokens(in text: UnsafeBufferPointer<UInt8>, _ form: ValueForm) -> [SemanticToken] {
  switch form {
  case .pattern: patternTokens(text)
  case .uri: uriTokens(text)
  case .verb: verbTokens(text)
  case .templated: variableTokens(text)
  default: []
  }
}

private func token(_ kind: SemanticTokenKind, _ start: Int, _ end: Int) -> SemanticToken {
  SemanticToken(range: ByteRange(start, end), kind: kind)
}

/// The parts of an intent pattern that stand for something else than themselves.
private func patternTokens(_ text: UnsafeBufferPointer<UInt8>) -> [SemanticToken] {
  var tokens: [SemanticToken] = []
  var depth = 0
  var position = 0
  while position < text.count {
    let start = position
    position += 1
    switch text[start] {
    case UInt8(ascii: "\\"):
      guard position < text.count else { break }
      position = endOfScalar(text, position)
      tokens.append(token(.escape, start, position))
    case UInt8(ascii: "*"):
      while position < text.count, text[position] == UInt8(ascii: "*") { position += 1 }
      tokens.append(token(.wildcard, start, position))
    case UInt8(ascii: "?"):
      tokens.append(token(.wildcard, start, position))
    case UInt8(ascii: "["):
      guard let end = endOfClass(text, position) else { break }
      position = end
      tokens.append(token(.characterClass, start, position))
    case UInt8(ascii: "{"):
      depth += 1
      tokens.append(token(.alternation, start, position))
    case UInt8(ascii: ",") where depth > 0:
      tokens.append(token(.alternation, start, position))
    case UInt8(ascii: "}") where depth > 0:
      depth -= 1
      tokens.append(token(.alternation, start, position))
    default:
      break
    }
  }
  return tokens
}

private func endOfScalar(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
  var end = start + 1
  while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
  return end
}

/// The offset behind the bracket that closes a class; nil if none does.
private func endOfClass(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
  var position = start
  while position < text.count {
    switch text[position] {
    case UInt8(ascii: "\\"): position += 2
    case UInt8(ascii: "]"): return position + 1
    default: position += 1
    }
  }
  return nil
}

/// `scheme://authority/rest`
private func uriTokens(_ text: UnsafeBufferPointer<UInt8>) -> [SemanticToken] {
  guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > 0, colon + 2 < text.count,
    text[colon + 1] == UInt8(ascii: "/"), text[colon + 2] == UInt8(ascii: "/")
  else { return [] }
  let authority = colon + 3
  let end = text[authority...].firstIndex { $0 == UInt8(ascii: "/") } ?? text.count
  var tokens = [token(.scheme, 0, colon), token(.punctuation, colon, authority)]
  if end > authority { tokens.append(token(.authority, authority, end)) }
  return tokens
}

/// `Name:Verb...`
private func verbTokens(_ text: UnsafeBufferPointer<UInt8>) -> [SemanticToken] {
  guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return [] }
  return [token(.verbPrefix, 0, colon), token(.punctuation, colon, colon + 1)]
}

/// `${NAME}`, perhaps with more behind the name.
private func variableTokens(_ text: UnsafeBufferPointer<UInt8>) -> [SemanticToken] {
  var tokens: [SemanticToken] = []
  var position = 0
  while position + 2 < text.count {
    guard text[position] == UInt8(ascii: "$"), text[position + 1] == UInt8(ascii: "{"), isNameStart(text[position + 2])
    else {
      position += 1
      continue
    }
    let name = position + 2
    var end = name
    while end < text.count, isNameStart(text[end]) || (0x30...0x39).contains(text[end]) { end += 1 }
    var close = end
    while close < text.count, text[close] != UInt8(ascii: "}"), text[close] != UInt8(ascii: "$") { close += 1 }
    guard close < text.count, text[close] == UInt8(ascii: "}") else {
      position = end
      continue
    }
    tokens += [token(.punctuation, position, name), token(.variable, name, end), token(.punctuation, close, close + 1)]
    position = close + 1
  }
  return tokens
}

private func isNameStart(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: "_") || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
}

// MARK: Comments

/// The tokens of a comment: of one that speaks to the linter its parts.
func addCommentTokens(_ comment: ByteRange, _ bytes: [UInt8], to sink: inout TokenSink) {
  guard comment.end <= bytes.count else { return }
  let hash = bytes.withUnsafeBufferPointer { directiveStart(in: $0, comment) }
  guard let hash else { return sink.add(.comment, comment) }
  var words = DirectiveWords(bytes: bytes, position: hash + 1, end: comment.end)
  sink.add(words.parts(), in: comment, rest: .comment)
}

/// Finds the words of a directive, however much of it is written.
private struct DirectiveWords {
  let bytes: [UInt8]
  var position: Int
  let end: Int

  mutating func parts() -> [SemanticToken] {
    skipBlanks()
    let marker = word(until: ":")
    guard position < end, bytes[position] == UInt8(ascii: ":") else { return [] }
    position += 1
    var tokens = [SemanticToken(range: marker, kind: .directive)]
    skipBlanks()
    let verb = word(until: " ")
    let isExpectation = text(verb) == "expect"
    guard isExpectation || directiveVerbs.contains(text(verb)) else { return tokens }
    tokens.append(SemanticToken(range: verb, kind: .directiveVerb))
    if isExpectation {
      skipBlanks()
      let verdict = word(until: "\"")
      if !verdict.isEmpty { tokens.append(SemanticToken(range: verdict, kind: .verdict)) }
      skipBlanks()
      if let phrase = quotedPhrase() { tokens.append(SemanticToken(range: phrase, kind: .phrase)) }
      return tokens
    }
    while position < end {
      skipBlanks()
      let code = word(until: ",")
      if text(code).hasPrefix("--") { break }
      if isKnownCode(text(code)) { tokens.append(SemanticToken(range: code, kind: .ruleCode)) }
      if code.isEmpty { position += 1 }
    }
    return tokens
  }

  private mutating func quotedPhrase() -> ByteRange? {
    let start = position
    guard start < end, bytes[start] == UInt8(ascii: "\"") else { return nil }
    position += 1
    while position < end, bytes[position] != UInt8(ascii: "\"") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    position = min(position + 1, end)
    return ByteRange(start, position)
  }

  private mutating func skipBlanks() {
    while position < end, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
  }

  private mutating func word(until stop: Unicode.Scalar) -> ByteRange {
    let start = position
    while position < end, bytes[position] != 0x20, bytes[position] != 0x09, bytes[position] != UInt8(ascii: stop) {
      position += 1
    }
    return ByteRange(start, position)
  }

  private func text(_ range: ByteRange) -> String { SourceText.slice(bytes, range.start, range.end) }
}

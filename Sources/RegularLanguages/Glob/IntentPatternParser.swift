/// Reads the notation of ``IntentPattern``.
///
/// The text is brought to Normalization Form C, its white space to single spaces, and escapes are resolved before
/// anything else is read; every scalar keeps its place in the original text.
struct IntentPatternParser {
  private struct Item {
    var scalar: Unicode.Scalar
    var isEscaped: Bool
    var range: Range<Int>
  }

  private typealias Part = IntentPattern.Part

  private var items: [Item] = []
  private var position = 0

  init(_ source: String) throws(IntentPatternError) {
    let count = source.utf8.count
    if count > IntentPattern.maximumLength {
      throw IntentPatternError(
        kind: .tooLarge, message: "the pattern has more than \(IntentPattern.maximumLength) bytes: say less",
        range: 0..<count)
    }
    var isEscaped = false
    var backslash = 0..<0
    for (scalar, range) in Self.composedScalars(of: source) {
      if !isEscaped, scalar == "\\" {
        isEscaped = true
        backslash = range
        continue
      }
      let place = isEscaped ? backslash.lowerBound..<range.upperBound : range
      if isWhiteSpace(scalar) {
        // An escape takes a special meaning away, and a space has none.
        if let last = items.last, last.scalar == " " {
          items[items.count - 1].range = last.range.lowerBound..<place.upperBound
        } else if !items.isEmpty {
          items.append(Item(scalar: " ", isEscaped: false, range: place))
        }
      } else {
        items.append(Item(scalar: scalar, isEscaped: isEscaped, range: place))
      }
      isEscaped = false
    }
    if isEscaped {
      throw IntentPatternError(
        kind: .trailingBackslash, message: #"a "\" at the end escapes nothing: write "\\" for the character itself"#,
        range: backslash)
    }
    if items.last?.scalar == " " { items.removeLast() }
    if items.isEmpty {
      throw IntentPatternError(
        kind: .empty, message: "the pattern is empty: a pattern for every phrase is \"*\"", range: 0..<count)
    }
  }

  /// The scalars of `source` in Normalization Form C, each with the bytes it comes from.
  private static func composedScalars(of source: String) -> [(Unicode.Scalar, Range<Int>)] {
    var result: [(Unicode.Scalar, Range<Int>)] = []
    result.reserveCapacity(source.utf8.count)
    // Only what begins with an inert scalar stays apart from what stands before it.
    var chunk: [(Unicode.Scalar, Range<Int>)] = []
    func flush() {
      guard let first = chunk.first, let last = chunk.last else { return }
      let scalars = chunk.map(\.0)
      let composed = nfc(scalars)
      if composed == scalars {
        result.append(contentsOf: chunk)
      } else {
        for scalar in composed { result.append((scalar, first.1.lowerBound..<last.1.upperBound)) }
      }
      chunk.removeAll(keepingCapacity: true)
    }
    var offset = 0
    for scalar in source.unicodeScalars {
      let range = offset..<offset + UTF8.width(scalar)
      offset = range.upperBound
      if isNFCInert(scalar) { flush() }
      chunk.append((scalar, range))
    }
    flush()
    return result
  }

  /// Reads the whole pattern.
  mutating func parsePattern() throws(IntentPatternError) -> [IntentPattern.Part] {
    if isNext("!") {
      throw IntentPatternError(
        kind: .leadingNegation,
        message: #"a pattern can't be negated with "!": use the other list, or write "\!" for the character itself"#,
        range: items[position].range)
    }
    var parts = try parseSequence(depth: 0)
    // A space is a part of its own, so the two last parts tell.
    if parts.count >= 2, case .run = parts[parts.count - 1].kind, parts[parts.count - 2].kind == .text(" ") {
      let range = parts[parts.count - 2].range.lowerBound..<parts[parts.count - 1].range.upperBound
      parts.removeLast(2)
      parts.append(Part(kind: .furtherWords, range: range))
    }
    return Self.joiningText(parts)
  }

  private func isNext(_ scalar: Unicode.Scalar) -> Bool {
    position < items.count && !items[position].isEscaped && items[position].scalar == scalar
  }

  private mutating func parseSequence(depth: Int) throws(IntentPatternError) -> [Part] {
    var parts: [Part] = []
    var text: [Unicode.Scalar] = []
    var textStart = 0
    func flush() {
      guard !text.isEmpty else { return }
      let range = items[textStart].range.lowerBound..<items[position - 1].range.upperBound
      var view = String.UnicodeScalarView()
      // An escape may have parted what composes, and folding may have made it compose.
      view.append(contentsOf: nfc(text.map(simpleCaseFold)))
      parts.append(Part(kind: .text(String(view)), range: range))
      text.removeAll(keepingCapacity: true)
    }
    while position < items.count {
      let item = items[position]
      if item.scalar == " " {
        flush()
        parts.append(Part(kind: .text(" "), range: item.range))
        position += 1
        continue
      }
      if !item.isEscaped {
        if depth > 0, item.scalar == "," || item.scalar == "}" { break }
        switch item.scalar {
        case "*":
          flush()
          var range = item.range
          let first = position
          while isNext("*") {
            range = range.lowerBound..<items[position].range.upperBound
            position += 1
          }
          parts.append(Part(kind: .run(isDoubled: position - first > 1), range: range))
          continue
        case "?":
          flush()
          parts.append(Part(kind: .oneScalar, range: item.range))
          position += 1
          continue
        case "[":
          flush()
          parts.append(try parseClass())
          continue
        case "{":
          flush()
          parts.append(try parseGroup(depth: depth + 1))
          continue
        default: break
        }
      }
      if text.isEmpty { textStart = position }
      text.append(item.scalar)
      position += 1
    }
    flush()
    return depth > 0 ? Self.joiningText(parts) : parts
  }

  private static func joiningText(_ parts: [Part]) -> [Part] {
    var result: [Part] = []
    for part in parts {
      if case .text(let text) = part.kind, let last = result.last, case .text(let before) = last.kind {
        result[result.count - 1] = Part(
          kind: .text(before + text), range: last.range.lowerBound..<part.range.upperBound)
      } else {
        result.append(part)
      }
    }
    return result
  }

  private mutating func parseGroup(depth: Int) throws(IntentPatternError) -> Part {
    let open = items[position].range
    if depth > IntentPattern.maximumDepth {
      throw IntentPatternError(
        kind: .nestedTooDeeply,
        message: "braces nest deeper than \(IntentPattern.maximumDepth) levels: use several patterns", range: open)
    }
    position += 1
    var alternatives = [try parseSequence(depth: depth)]
    while isNext(",") {
      position += 1
      alternatives.append(try parseSequence(depth: depth))
    }
    guard isNext("}") else {
      throw IntentPatternError(
        kind: .unclosedGroup, message: #""{" is never closed: add "}", or write "\{" for the character itself"#,
        range: open)
    }
    position += 1
    return Part(
      kind: .alternatives(alternatives), range: open.lowerBound..<items[position - 1].range.upperBound)
  }

  private mutating func parseClass() throws(IntentPatternError) -> Part {
    let open = items[position].range
    position += 1
    let isNegated = isNext("!")
    if isNegated { position += 1 }
    if isNext("]") {
      throw IntentPatternError(
        kind: .emptyClass, message: #"a class needs a character: write "\]" for a bracket"#,
        range: open.lowerBound..<items[position].range.upperBound)
    }
    var ranges: [ClosedRange<UInt32>] = []
    while position < items.count, !isNext("]") {
      let low = items[position]
      position += 1
      guard isNext("-"), position + 1 < items.count,
        items[position + 1].isEscaped || items[position + 1].scalar != "]"
      else {
        ranges.append(low.scalar.value...low.scalar.value)
        continue
      }
      let high = items[position + 1]
      position += 2
      if high.scalar < low.scalar {
        throw IntentPatternError(
          kind: .reversedRange,
          message: "the range \(low.scalar)-\(high.scalar) is reversed: write \(high.scalar)-\(low.scalar)",
          range: low.range.lowerBound..<high.range.upperBound)
      }
      ranges.append(low.scalar.value...high.scalar.value)
    }
    guard isNext("]") else {
      throw IntentPatternError(
        kind: .unclosedClass, message: #""[" is never closed: add "]", or write "\[" for the character itself"#,
        range: open)
    }
    position += 1
    let listed = ScalarSet(ranges).simpleCaseFolded.withoutWhatPhrasesNeverHold
    return Part(
      kind: .scalarClass(isNegated ? listed.union(.space).complement : listed),
      range: open.lowerBound..<items[position - 1].range.upperBound)
  }
}

/// The expression whose language, among normalised phrases, is the pattern's.
func expression(_ parts: [IntentPattern.Part]) -> RegularExpression {
  .concatenation(
    parts.map { part -> RegularExpression in
      switch part.kind {
      case .text(let text): return .concatenation(text.unicodeScalars.map { .scalars(.only($0)) })
      case .run: return .anything
      case .furtherWords: return .alternation([.empty, .concatenation([.scalars(.space), .anything])])
      case .oneScalar: return .scalars(.anythingButSpace)
      case .scalarClass(let set): return .scalars(set)
      case .alternatives(let alternatives): return .alternation(alternatives.map(expression))
      }
    })
}

/// The canonical text of `parts`.
func canonical(_ parts: [IntentPattern.Part]) -> String {
  var result = String.UnicodeScalarView()
  func append(_ scalar: Unicode.Scalar, escaping special: StaticString) {
    if scalar.isASCII, special.description.unicodeScalars.contains(scalar) { result.append("\\") }
    result.append(scalar)
  }
  func appendMember(_ scalar: Unicode.Scalar) {
    // What might compose with the member before it is kept apart.
    if !isNFCInert(scalar) { result.append("\\") }
    append(scalar, escaping: #"\]!-"#)
  }
  for (place, part) in parts.enumerated() {
    switch part.kind {
    case .text(let text):
      for scalar in text.unicodeScalars { append(scalar, escaping: #"\*?[]{},!"#) }
    case .run: result.append("*")
    case .furtherWords: result.append(contentsOf: " *".unicodeScalars)
    case .oneScalar: result.append("?")
    case .scalarClass(.anythingButSpace): result.append("?")
    case .scalarClass(let set):
      if set.count == 1, let only = set.ranges.first.flatMap({ Unicode.Scalar($0.lowerBound) }), only != " ",
        only.isASCII, !isBeforeMark(place, parts)
      {
        append(only, escaping: #"\*?[]{},!"#)
        continue
      }
      // Only a negated class holds white space other than the space.
      let isNegated = set.contains("\u{85}") || set.isEmpty
      result.append(contentsOf: (isNegated ? "[!" : "[").unicodeScalars)
      for range in (isNegated ? set.complement.subtracting(.space) : set).ranges {
        guard let low = Unicode.Scalar(range.lowerBound), let high = Unicode.Scalar(range.upperBound) else { continue }
        appendMember(low)
        if low == high { continue }
        result.append("-")
        appendMember(high)
      }
      result.append("]")
    case .alternatives(let alternatives):
      result.append("{")
      for (number, alternative) in alternatives.enumerated() {
        if number > 0 { result.append(",") }
        result.append(contentsOf: canonical(alternative).unicodeScalars)
      }
      result.append("}")
    }
  }
  return String(result)
}

/// Whether the part after `place` is a text whose first scalar might compose with what stands before it.
private func isBeforeMark(_ place: Int, _ parts: [IntentPattern.Part]) -> Bool {
  guard place + 1 < parts.count, case .text(let text) = parts[place + 1].kind else { return false }
  return text.unicodeScalars.first.map { !isNFCInert($0) } ?? false
}

/// A pattern that is probably not what its author meant, though it is well-formed.
public struct NearMiss: Hashable, Sendable {
  /// The kinds of near misses.
  public enum Kind: String, Hashable, Sendable {
    /// `rush*`, which matches `rushing` too, beside `rush *`: equal but for spaces next to `*`.
    case runWithoutSpace
    /// Quotation marks around the pattern or at one end of it, which phrases would need to have as well.
    case strayQuotes
    /// A space next to `{`, `,` or `}` that keeps an alternative from ever matching, as in `{rush, hurry} *`.
    case straySpace
  }

  /// What is suspicious.
  public let kind: Kind
  /// The pattern.
  public let pattern: PatternReference
  /// The pattern beside which it stands out, or that it would equal; nil when there is none.
  public let twin: PatternReference?
  /// The offending UTF-8 bytes of the pattern's text.
  public let range: Range<Int>
  /// What was probably meant: the text of the whole pattern; nil where that is not plain.
  public let replacement: String?
}

extension IntentBoundary {
  /// The near misses among all patterns, the allowed ones first.
  public var nearMisses: [NearMiss] {
    let references =
      (allowed ?? []).indices.map { PatternReference(list: .allowed, index: $0) }
      + denied.indices.map { PatternReference(list: .denied, index: $0) }
    let patterns = (allowed ?? []) + denied
    var byText: [String: Int] = [:]
    // Of patterns equal but for spaces next to `*`, the one with the most spaces is what the others should be.
    var byKey: [String: (number: Int, spaces: Int)] = [:]
    let keys = patterns.map { spacelessKey($0.canonicalText) }
    for (number, pattern) in patterns.enumerated() {
      if byText[pattern.canonicalText] == nil { byText[pattern.canonicalText] = number }
      let count = spaces(pattern)
      if count > byKey[keys[number]]?.spaces ?? -1 { byKey[keys[number]] = (number, count) }
    }
    var result: [NearMiss] = []
    for (number, pattern) in patterns.enumerated() {
      if let inner = pattern.unquoted {
        let twin = (try? IntentPattern(inner)).flatMap { byText[$0.canonicalText] }
        result.append(
          NearMiss(
            kind: .strayQuotes, pattern: references[number], twin: twin.map { references[$0] },
            range: 0..<pattern.source.utf8.count, replacement: inner))
      }
      for (range, replacement) in pattern.straySpaces {
        let twin = replacement.flatMap { try? IntentPattern($0) }.flatMap { byText[$0.canonicalText] }
        result.append(
          NearMiss(
            kind: .straySpace, pattern: references[number], twin: twin.map { references[$0] }, range: range,
            replacement: replacement))
      }
      if let twin = byKey[keys[number]], twin.spaces > spaces(pattern) {
        result.append(
          NearMiss(
            kind: .runWithoutSpace, pattern: references[number], twin: references[twin.number],
            range: 0..<pattern.source.utf8.count, replacement: patterns[twin.number].source))
      }
    }
    return result
  }
}

private func spaces(_ pattern: IntentPattern) -> Int {
  pattern.canonicalText.utf8.count { $0 == UInt8(ascii: " ") }
}

/// `text` without the spaces next to a `*` that is not escaped.
private func spacelessKey(_ text: String) -> String {
  var result: [UInt8] = []
  var isEscaped = false
  var isAfterRun = false
  for byte in text.utf8 {
    if byte == UInt8(ascii: " "), isAfterRun { continue }
    let isRun = byte == UInt8(ascii: "*") && !isEscaped
    if isRun, result.last == UInt8(ascii: " ") { result.removeLast() }
    result.append(byte)
    isAfterRun = isRun
    isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
  }
  return String(decoding: result, as: UTF8.self)
}

extension IntentPattern {
  /// The pattern's text without the quotation marks at its ends; nil when there are none.
  fileprivate var unquoted: String? {
    var scalars = source.unicodeScalars[...]
    while let first = scalars.first, isWhiteSpace(first) { scalars.removeFirst() }
    while let last = scalars.last, isWhiteSpace(last) { scalars.removeLast() }
    guard scalars.count > 2, let first = scalars.first, let last = scalars.last else { return nil }
    let pairs: [Unicode.Scalar: Unicode.Scalar] = [
      "\"": "\"", "'": "'", "`": "`", "\u{201C}": "\u{201D}", "\u{2018}": "\u{2019}", "\u{AB}": "\u{BB}",
      "\u{201E}": "\u{201C}",
    ]
    let quotesInside = scalars.dropFirst().dropLast().contains { $0 == first || $0 == last }
    if pairs[first] == last, !quotesInside { return String(scalars.dropFirst().dropLast()) }
    // An apostrophe may well stand at one end; a double quotation mark is left over from something.
    let doubles = scalars.count { $0 == "\"" }
    if doubles == 1, first == "\"" { return String(scalars.dropFirst()) }
    if doubles == 1, last == "\"", scalars.dropLast().last != "\\" { return String(scalars.dropLast()) }
    return nil
  }

  /// The spaces at an end of an alternative that keep it from ever matching, and the pattern's text without them.
  fileprivate var straySpaces: [(range: Range<Int>, replacement: String?)] {
    var found: [Range<Int>] = []
    collectStraySpaces(parts, into: &found) { $0 }
    if found.isEmpty { return [] }
    let bytes = Array(source.utf8)
    let kept = bytes.indices.filter { index in !found.contains { $0.contains(index) } }.map { bytes[$0] }
    let replacement = String(decoding: kept, as: UTF8.self)
    let isBetter = (try? IntentPattern(replacement)).map { !$0.matchesNothing } ?? false
    return found.map { ($0, isBetter ? replacement : nil) }
  }

  /// - Parameters:
  ///   - parts: A sequence inside the pattern.
  ///   - found: Receives the places of the spaces.
  ///   - whole: Makes the whole pattern of what is to stand in place of `parts`.
  private func collectStraySpaces(
    _ parts: [Part], into found: inout [Range<Int>], _ whole: @escaping ([Part]) -> [Part]
  ) {
    for (place, part) in parts.enumerated() {
      guard case .alternatives(let alternatives) = part.kind else { continue }
      for alternative in alternatives {
        let rebuilt: ([Part]) -> [Part] = { inner in
          var changed = parts
          changed[place] = Part(kind: .alternatives([inner]), range: part.range)
          return whole(changed)
        }
        let spaces = spacesAtEnds(alternative)
        if !spaces.isEmpty, let automaton = try? PhraseAutomaton(expression(rebuilt(alternative))),
          automaton.isEmpty
        {
          found.append(contentsOf: spaces)
        } else {
          collectStraySpaces(alternative, into: &found, rebuilt)
        }
      }
    }
  }

  private func spacesAtEnds(_ alternative: [Part]) -> [Range<Int>] {
    let bytes = Array(source.utf8)
    func isSpace(_ index: Int) -> Bool { bytes[index] == 0x20 || (0x09...0x0D).contains(bytes[index]) }
    var result: [Range<Int>] = []
    if let first = alternative.first, case .text(let text) = first.kind, text.hasPrefix(" ") {
      var end = first.range.lowerBound
      while end < first.range.upperBound, isSpace(end) { end += 1 }
      if end > first.range.lowerBound { result.append(first.range.lowerBound..<end) }
    }
    if let last = alternative.last, case .text(let text) = last.kind, text.hasSuffix(" ") {
      var start = last.range.upperBound
      while start > last.range.lowerBound, isSpace(start - 1) { start -= 1 }
      let range = start..<last.range.upperBound
      if !range.isEmpty, result.last != range { result.append(range) }
    }
    return result
  }
}

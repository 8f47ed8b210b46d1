import MasqueModel
import RegularLanguages
import SourceText

/// A comment that holds the intent to a phrase: `# masque-lint: expect denied "rush the release" -- reason`.
///
/// A `\` in the phrase escapes what follows it, so that a phrase may have quotes.
struct Expectation: Sendable, Hashable {
  /// The verdict that the author expects.
  var verdict: IntentVerdict.Kind
  /// The bytes of the verdict's word.
  var verdictRange: ByteRange
  /// The phrase, without its escapes.
  var phrase: String
  /// The bytes of the phrase, with its quotes.
  var phraseRange: ByteRange

  /// From the verdict to the end of the phrase.
  var range: ByteRange { ByteRange(verdictRange.start, phraseRange.end) }
}

/// The comment that holds an intent to a phrase.
///
/// - Parameters:
///   - verdict: the verdict to expect.
///   - phrase: the phrase.
/// - Returns: the comment, from its `#`.
func expectComment(_ verdict: IntentVerdict.Kind, _ phrase: String) -> String {
  "# masque-lint: expect \(verdict.rawValue) \(quotedPhrase(phrase))"
}

/// A phrase in quotes, on one line.
func quotedPhrase(_ phrase: String) -> String {
  var result = "\""
  for scalar in phrase.unicodeScalars {
    if scalar == "\"" || scalar == "\\" { result += "\\" }
    result.unicodeScalars.append(scalar)
  }
  return result + "\""
}

extension IntentVerdict.Kind {
  /// The verdicts, in the order in which they are listed.
  static let inOrder: [IntentVerdict.Kind] = [.allowed, .denied, .notAllowed]
}

/// Reads what stands behind `expect` in a comment.
///
/// - Parameters:
///   - text: the document.
///   - directive: the comment from its `#`, without blanks at its end.
///   - position: where `expect` ends.
/// - Returns: the expectation, nil where it is too unclear to be held to; and what is wrong with it.
func readExpectation(
  in text: SourceText, _ directive: ByteRange, after position: Int
) -> (expectation: Expectation?, findings: [Finding]) {
  var reader = ExpectationReader(bytes: text.bytes, directive: directive, position: position)
  let expectation = reader.read()
  return (expectation, reader.findings)
}

private struct ExpectationReader {
  let bytes: [UInt8]
  let directive: ByteRange
  var position: Int
  var findings: [Finding] = []

  mutating func read() -> Expectation? {
    skipBlanks()
    guard let (verdict, verdictRange) = readVerdict() else { return nil }
    skipBlanks()
    guard let (phrase, phraseRange) = readPhrase() else { return nil }
    readReason()
    return Expectation(verdict: verdict, verdictRange: verdictRange, phrase: phrase, phraseRange: phraseRange)
  }

  // MARK: Verdict

  private mutating func readVerdict() -> (IntentVerdict.Kind, ByteRange)? {
    let words = listing(IntentVerdict.Kind.inOrder.map(\.rawValue), "or")
    let start = position
    let word = nextWord()
    let written = text(word)
    if let verdict = IntentVerdict.Kind(rawValue: written) { return (verdict, word) }
    if word.isEmpty {
      complain("`expect` wants a verdict and a phrase: write \(words), then the phrase in quotes", directive)
      return nil
    }
    // Two words are one verdict in speech.
    if written == "not" {
      skipBlanks()
      let second = nextWord()
      if text(second) == "allowed" {
        let range = ByteRange(word.start, second.end)
        complain("`not allowed` is one word here: did you mean `not-allowed`?", range, TextEdit(range, "not-allowed"))
        return (.notAllowed, range)
      }
      position = word.end
    }
    let nearest = nearestVerdict(to: written)
    complain(
      "`\(shortened(written))` is no verdict: "
        + (nearest.map { "did you mean `\($0.rawValue)`?" } ?? "expect \(words)"),
      word, nearest.map { TextEdit(word, $0.rawValue) })
    if nearest == nil { position = start }
    return nearest.map { ($0, word) }
  }

  private func nearestVerdict(to word: String) -> IntentVerdict.Kind? {
    switch word.lowercased() {
    case "allow", "allows": .allowed
    case "deny", "denies": .denied
    case "not_allowed", "notallowed", "disallowed": .notAllowed
    default:
      nearestSpelling(of: word, among: IntentVerdict.Kind.inOrder.map(\.rawValue)).flatMap(IntentVerdict.Kind.init)
    }
  }

  // MARK: Phrase

  private mutating func readPhrase() -> (String, ByteRange)? {
    guard position < directive.end else {
      complain("`expect` wants a phrase: write it in quotes behind the verdict", directive)
      return nil
    }
    let start = position
    guard bytes[start] == UInt8(ascii: "\"") else { return readUnquotedPhrase() }
    var phrase: [UInt8] = []
    position += 1
    while position < directive.end, bytes[position] != UInt8(ascii: "\"") {
      if bytes[position] == UInt8(ascii: "\\"), position + 1 < directive.end { position += 1 }
      phrase.append(bytes[position])
      position += 1
    }
    if position < directive.end {
      position += 1
    } else {
      let range = ByteRange(start, directive.end)
      complain("the phrase wants a quote at its end: add it", range, .insert("\"", at: directive.end))
    }
    return (String(decoding: phrase, as: UTF8.self), ByteRange(start, position))
  }

  /// A phrase in other quotes, or in none: up to the reason.
  private mutating func readUnquotedPhrase() -> (String, ByteRange)? {
    let start = position
    var end = directive.end
    var place = start
    while place + 2 < directive.end {
      if bytes[place] == 0x20, bytes[place + 1] == UInt8(ascii: "-"), bytes[place + 2] == UInt8(ascii: "-") {
        end = place
        break
      }
      place += 1
    }
    if text(ByteRange(start, min(start + 2, directive.end))) == "--" {
      complain("`expect` wants a phrase: write it in quotes behind the verdict", directive)
      return nil
    }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    position = end
    let range = ByteRange(start, end)
    var phrase = text(range)
    if phrase.count > 1, let first = phrase.first, let last = phrase.last,
      [["'", "'"], ["`", "`"], ["\u{201C}", "\u{201D}"], ["\u{2018}", "\u{2019}"]].contains([first, last])
    {
      phrase = String(phrase.dropFirst().dropLast())
    }
    complain(
      "the phrase stands in straight double quotes: write \(shortened(quotedPhrase(phrase)))", range,
      TextEdit(range, quotedPhrase(phrase)))
    return (phrase, range)
  }

  private mutating func readReason() {
    skipBlanks()
    guard position < directive.end else { return }
    if text(ByteRange(position, min(position + 2, directive.end))) == "--" { return }
    let rest = ByteRange(position, directive.end)
    complain(
      "`\(shortened(text(rest)))` is no part of the expectation: a reason stands behind `--`", rest,
      .insert("-- ", at: position))
  }

  // MARK: Text

  private mutating func complain(_ message: String, _ range: ByteRange, _ edit: TextEdit? = nil) {
    findings.append(
      Finding(
        suppressionSyntax.code, suppressionSyntax.severity, range, message,
        fixes: edit.map { [Fix("Mend the expectation", [$0])] } ?? []))
  }

  private mutating func skipBlanks() {
    while position < directive.end, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
  }

  private mutating func nextWord() -> ByteRange {
    let start = position
    while position < directive.end, bytes[position] != 0x20, bytes[position] != 0x09,
      bytes[position] != UInt8(ascii: "\"")
    {
      position += 1
    }
    return ByteRange(start, position)
  }

  private func text(_ range: ByteRange) -> String { SourceText.slice(bytes, range.start, range.end) }
}

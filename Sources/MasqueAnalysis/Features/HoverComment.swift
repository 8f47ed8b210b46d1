import SourceText

/// The words that a comment can say to the linter, and what they do.
private let directives: [(word: String, meaning: String)] = [
  ("disable-next-line", "Hides findings of these codes on the next line."),
  ("disable-line", "Hides findings of these codes on this line."),
  ("disable-file", "Hides findings of these codes in the whole file."),
  (
    "expect",
    "Holds the intent to a phrase: `expect allowed \"…\"`, `expect denied \"…\"` or `expect not-allowed \"…\"`."
  ),
]

/// What a comment that speaks to the linter does, and what the rule under the cursor is about.
///
/// - Parameters:
///   - comment: the comment, from its `#`.
///   - snapshot: the masque.
///   - offset: a cursor that touches the comment.
/// - Returns: the explanation; nil for any other comment, and for a word in one that is no code.
func hover(over comment: ByteRange, in snapshot: Snapshot, at offset: Int) -> Hover? {
  let bytes = snapshot.text.bytes
  let expected = readDirectives(in: snapshot.syntax).expectations.first { $0.range.touches(offset) }
  if let expected, let markdown = verdictText(of: expected.phrase, expected: expected.verdict, in: snapshot) {
    return Hover(markdown: markdown, range: expected.range)
  }
  func isWord(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte)
      || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
  var start = offset
  while start > comment.start, isWord(bytes[start - 1]) { start -= 1 }
  var end = offset
  while end < comment.end, isWord(bytes[end]) { end += 1 }
  let word = ByteRange(start, end)
  // `# masque-lint: disable-line CODE, CODE -- reason`; what stands behind the dashes is for people.
  let before = snapshot.text[ByteRange(comment.start, start)]
  guard !word.isEmpty, let marker = before.firstRange(of: "masque-lint:"), !before[marker.upperBound...].contains(" --")
  else { return nil }
  let text = snapshot.text[word]
  if before[marker.upperBound...].allSatisfy(\.isWhitespace) {
    guard let directive = directives.first(where: { $0.word == text }) else { return nil }
    return Hover(markdown: "**\(codeSpan(text))**\n\n\(directive.meaning)", range: word)
  }
  guard let rule = ruleDescription(of: text) else { return nil }
  return Hover(
    markdown: "**\(codeSpan(rule.code))** · \(rule.severity.rawValue)\n\n\(rule.summary)\n\n\(rule.reason)", range: word
  )
}

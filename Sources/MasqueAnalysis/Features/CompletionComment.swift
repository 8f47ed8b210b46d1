import RegularLanguages
import SourceText

/// What can be written in a comment that holds the intent to a phrase: behind `expect` the verdicts.
func completions(inComment comment: ByteRange, _ snapshot: Snapshot, at offset: Int) -> [Completion] {
  let bytes = snapshot.text.bytes
  let offset = min(max(offset, comment.start), comment.end)
  func isWord(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || (0x61...0x7A).contains(byte | 0x20) }
  var start = offset
  while start > comment.start, isWord(bytes[start - 1]) { start -= 1 }
  var end = offset
  while end < comment.end, isWord(bytes[end]) { end += 1 }
  let words = snapshot.text[ByteRange(comment.start, start)].split { $0 == " " || $0 == "\t" || $0 == "#" }
  guard words.suffix(2) == ["masque-lint:", "expect"] else { return [] }
  // The phrase that stands there already stays.
  let rest = snapshot.text[ByteRange(end, comment.end)]
  let hasPhrase = rest.contains("\"")
  return IntentVerdict.Kind.inOrder.map { verdict in
    Completion(
      label: verdict.rawValue, kind: .enumMember, detail: meaning(of: verdict), range: ByteRange(start, end),
      insertText: hasPhrase ? verdict.rawValue : "\(verdict.rawValue) \"\"",
      snippet: hasPhrase ? nil : "\(verdict.rawValue) \"$1\"$0")
  }
}

private func meaning(of verdict: IntentVerdict.Kind) -> String {
  switch verdict {
  case .allowed: "an allowed pattern matches, and no denied one"
  case .denied: "a denied pattern matches"
  case .notAllowed: "no pattern matches"
  }
}

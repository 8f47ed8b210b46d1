import DocumentTree
import MasqueModel
import RegularLanguages
public import SourceText
import YAMLSyntax

/// A comment that can be added to hold the intent to a phrase.
public struct ExpectationOffer: Sendable, Hashable {
  /// What it does: `Expect "rush the release" to be denied`.
  public var title: String
  /// The change.
  public var edit: TextEdit

  /// An offer; see the properties.
  public init(title: String, edit: TextEdit) {
    self.title = title
    self.edit = edit
  }
}

/// Phrases at a place that can be made expectations, each with the verdict that it has now: what is selected; of a pattern
/// under the cursor a sample, and the phrases that the findings about it name.
///
/// - Parameters:
///   - snapshot: the masque.
///   - range: the selection, empty for a cursor. Some editors select whatever the cursor moves over, a single character at
///     least, so one word is where the cursor is.
/// - Returns: the offers, the best first; none where the masque has no intent, and for phrases that are expected already.
public func expectationOffers(in snapshot: Snapshot, at range: ByteRange) -> [ExpectationOffer] {
  let tree = snapshot.syntax.tree
  let sections = MasqueSections(tree)
  guard sections.intent != nil else { return [] }
  let phrases = selected(in: snapshot, range) ?? samples(in: snapshot, sections, at: range.start)
  guard !phrases.isEmpty, let intent = snapshot.intents.intent(of: tree, sections),
    intent.errors.isEmpty
  else { return [] }
  let expectations = readDirectives(in: snapshot.syntax).expectations
  var known = Set(expectations.map { Phrase($0.phrase) })
  let place = insertion(in: snapshot, after: expectations)
  return phrases.compactMap { phrase in
    let verdict = intent.verdict(for: phrase)
    guard known.insert(verdict.phrase).inserted else { return nil }
    return ExpectationOffer(
      title: "Expect \(spoken(phrase)) to be \(words(verdict.kind))",
      edit: .insert(place.text(expectComment(verdict.kind, phrase)), at: place.offset))
  }
}

/// The phrases that are worth an expectation at a cursor in a pattern.
private func samples(in snapshot: Snapshot, _ sections: MasqueSections, at offset: Int) -> [String] {
  let tree = snapshot.syntax.tree
  guard let item = tree.node(at: offset), tree[item].kind == .scalar || tree[item].kind == .alias,
    let intent = sections.intent, tree[intent].kind == .mapping, let list = tree.parent(of: item),
    list == tree.member("allowed", of: intent) || list == tree.member("denied", of: intent),
    let reading = snapshot.intents.reading(of: tree, sections),
    let pattern = (reading.intent.allowed + reading.intent.denied).first(where: { $0.place.item == item })
  else { return [] }
  var phrases = [reading.sample(of: pattern)].compactMap { $0 }
  let isAllowed = pattern.reference.list == .allowed
  for overlap in reading.analysis.overlaps
  where (isAllowed ? overlap.allowed : overlap.denied) == pattern.reference.index && phrases.count < 3 {
    if let phrase = reading.analysis.phrase(of: overlap) { phrases.append(phrase.text) }
  }
  if isAllowed, reading.analysis.exceptions.indices.contains(pattern.reference.index) {
    for denied in reading.analysis.exceptions[pattern.reference.index].prefix(2) where phrases.count < 3 {
      let reference = PatternReference(list: .denied, index: denied)
      if let phrase = reading.analysis.phrase(matching: [reference]) { phrases.append(phrase.text) }
    }
  }
  return phrases
}

/// What is selected, if it can be a phrase: a few words on one line. Nil for less than two words.
private func selected(in snapshot: Snapshot, _ range: ByteRange) -> [String]? {
  guard range.count <= 200 else { return [] }
  var text = snapshot.text[range][...]
  let edges: Set<Character> = [" ", "\t", "\"", "'", "`", ".", ",", ";"]
  while let first = text.first, edges.contains(first) { text = text.dropFirst() }
  while let last = text.last, edges.contains(last) { text = text.dropLast() }
  guard text.contains(where: \.isWhitespace) else { return nil }
  let isPhrase =
    text.contains(where: \.isLetter) && !text.contains(where: \.isNewline)
    && !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
  return isPhrase ? [String(text)] : []
}

/// Where a comment goes, and what is written around it.
private struct Insertion {
  var offset: Int
  var before: String
  var after: String

  func text(_ comment: String) -> String { before + comment + after }
}

/// Below the last expectation that has a line of its own; else above the intent; else at the end.
private func insertion(in snapshot: Snapshot, after expectations: [Expectation]) -> Insertion {
  let tree = snapshot.syntax.tree
  let bytes = snapshot.text.bytes
  let lineBreak = snapshot.syntax.lineBreak
  func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
  func lineStart(_ offset: Int) -> Int {
    offset - snapshot.syntax.column(of: offset)
  }
  func lineEnd(_ offset: Int) -> Int {
    bytes[min(offset, bytes.count)...].firstIndex(where: isBreak) ?? bytes.count
  }
  for expectation in expectations.reversed() {
    let start = lineStart(expectation.range.start)
    let line = bytes[start..<expectation.range.start]
    guard let hash = line.firstIndex(where: { $0 != 0x20 && $0 != 0x09 }), line[hash] == UInt8(ascii: "#") else {
      continue
    }
    let indent = String(decoding: line[start..<hash], as: UTF8.self)
    return Insertion(offset: lineEnd(expectation.range.end), before: lineBreak + indent, after: "")
  }
  if let key = snapshot.syntax.topLevelPairs.first(where: { tree.hasText($0.key, "intent") })?.key {
    let start = tree.fullRange(of: key).start
    if lineStart(start) == start, tree.root.map({ tree[$0].style == .block }) == true {
      return Insertion(offset: start, before: "", after: lineBreak)
    }
  }
  let isOpen = bytes.last.map { !isBreak($0) } ?? false
  return Insertion(offset: bytes.count, before: isOpen ? lineBreak : "", after: lineBreak)
}

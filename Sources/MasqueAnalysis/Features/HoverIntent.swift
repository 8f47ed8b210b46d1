import DocumentTree
import MasqueModel
import RegularLanguages
import SourceText
import YAMLSyntax

/// What a pattern of the intent says, and what the other list does to it.
///
/// - Parameters:
///   - snapshot: the masque.
///   - item: an item of one of the intent's lists.
/// - Returns: the explanation in Markdown; nil for anything else.
func intentPatternText(in snapshot: Snapshot, of item: NodeID) -> [String]? {
  let tree = snapshot.syntax.tree
  let sections = MasqueSections(tree)
  guard let intent = sections.intent, tree[intent].kind == .mapping, let list = tree.parent(of: item),
    tree[list].kind == .sequence,
    list == tree.member("allowed", of: intent) || list == tree.member("denied", of: intent),
    let reading = snapshot.intents.reading(of: tree, sections)
  else { return nil }
  if let error = reading.intent.errors.first(where: { $0.place.item == item }) {
    return ["This is no pattern: \(error.error.message)."]
  }
  guard let pattern = (reading.intent.allowed + reading.intent.denied).first(where: { $0.place.item == item }) else {
    return nil
  }
  let text = IntentHoverText(snapshot: snapshot, reading: reading, pattern: pattern)
  return pattern.reference.list == .allowed ? text.allowed() : text.denied()
}

/// Puts what is known of a pattern into Markdown.
private struct IntentHoverText {
  let snapshot: Snapshot
  let reading: IntentReading
  let pattern: PlacedPattern
  let lines: LineIndex

  init(snapshot: Snapshot, reading: IntentReading, pattern: PlacedPattern) {
    self.snapshot = snapshot
    self.reading = reading
    self.pattern = pattern
    lines = LineIndex(snapshot.text)
  }

  private var analysis: IntentAnalysis { reading.analysis }
  private var index: Int { pattern.reference.index }

  func allowed() -> [String] {
    var parts = [heading("allowed")]
    if let dead = analysis.dead.first(where: { $0.index == index }) {
      let cover = dead.cover.compactMap { reading.pattern(.denied, $0) }
      parts.append(
        cover.isEmpty
          ? "No phrase matches it." : "**Never allowed.** All of it is denied by\n\n\(list(cover))")
      return parts
    }
    let carved = analysis.exceptions.indices.contains(index) ? analysis.exceptions[index] : []
    let exceptions = carved.compactMap { reading.pattern(.denied, $0) }
    let cutting = analysis.overlaps.filter { $0.allowed == index }.compactMap { reading.pattern(.denied, $0.denied) }
    if !exceptions.isEmpty { parts.append("Except what these deny:\n\n\(list(exceptions))") }
    if !cutting.isEmpty { parts.append("In part denied by\n\n\(list(cutting))") }
    let samples = pattern.pattern.samplePhrases(excluding: (exceptions + cutting).map(\.pattern))
    var lines = samples.map { "- \(codeSpan($0.text)): allowed" }
    for exception in exceptions.prefix(2) {
      if let phrase = analysis.phrase(matching: [exception.reference]) {
        lines.append("- \(codeSpan(phrase.text)): denied")
      }
    }
    if !lines.isEmpty { parts.append("For example\n\n" + lines.joined(separator: "\n")) }
    return parts
  }

  func denied() -> [String] {
    var parts = [heading("denied")]
    let around = analysis.exceptions.indices.filter { analysis.exceptions[$0].contains(index) }
      .compactMap { reading.pattern(.allowed, $0) }
    let cutting = analysis.overlaps.filter { $0.denied == index }.compactMap { reading.pattern(.allowed, $0.allowed) }
    let dead = analysis.dead.filter { $0.cover.contains(index) }.compactMap { reading.pattern(.allowed, $0.index) }
    if !around.isEmpty { parts.append("An exception to what these allow:\n\n\(list(around))") }
    if !cutting.isEmpty { parts.append("It takes a part of what these allow:\n\n\(list(cutting))") }
    if !dead.isEmpty { parts.append("It leaves nothing, or helps to leave nothing, of\n\n\(list(dead))") }
    if reading.intent.boundary.allowed != nil, analysis.unneededDenials.contains(index) {
      parts.append("No allowed pattern matches any of it, so it would not be allowed without this, either.")
    }
    let samples = pattern.pattern.samplePhrases()
    if !samples.isEmpty {
      parts.append("For example\n\n" + samples.map { "- \(codeSpan($0.text)): denied" }.joined(separator: "\n"))
    }
    return parts
  }

  private func heading(_ list: String) -> String {
    "**\(codeSpan(pattern.text))** · \(list) pattern\n\nMatches \(meaning(of: pattern.pattern.parts))."
  }

  private func list(_ patterns: [PlacedPattern]) -> String {
    var shown = patterns.prefix(8).map { "- \(codeSpan($0.text)) (\(line(of: $0)))" }
    if patterns.count > shown.count { shown.append("- and \(patterns.count - shown.count) others") }
    return shown.joined(separator: "\n")
  }

  private func line(of pattern: PlacedPattern) -> String {
    "line \(lines.line(containing: pattern.place.itemRange.start) + 1)"
  }
}

/// What a pattern matches, in words: "`fix `, then anything, then `by`".
func meaning(of parts: [IntentPattern.Part]) -> String {
  let shown = parts.prefix(12)
  var words: [String] = []
  for part in shown { words.append(meaning(of: part)) }
  if parts.count > shown.count { words.append("more") }
  return words.isEmpty ? "the empty phrase" : words.joined(separator: ", then ")
}

private func meaning(of part: IntentPattern.Part) -> String {
  switch part.kind {
  case .text(" "): return "a space"
  case .text(let text): return codeSpan(text)
  case .run: return "anything"
  case .furtherWords: return "any further words, or none"
  case .oneScalar: return "one character other than a space"
  case .scalarClass(let set):
    let scalars = set.ranges.prefix(8).map { range -> String in
      let low = Unicode.Scalar(range.lowerBound).map { String(Character($0)) } ?? "?"
      let high = Unicode.Scalar(range.upperBound).map { String(Character($0)) } ?? "?"
      return low == high ? low : "\(low)–\(high)"
    }
    // A negated class holds most of what there is.
    if set.count > 10_000 { return "one character other than a space and those named" }
    return "one of \(scalars.map(codeSpan).joined(separator: " "))"
  case .alternatives(let alternatives):
    let shown = alternatives.prefix(6).map { alternative -> String in
      if case .text(let text)? = alternative.first?.kind, alternative.count == 1 { return codeSpan(text) }
      return alternative.isEmpty ? "nothing" : "(\(meaning(of: alternative)))"
    }
    let more = alternatives.count > shown.count ? ["\(alternatives.count - shown.count) others"] : []
    return "one of " + (shown + more).joined(separator: ", ")
  }
}

/// What an intent says of a phrase, in Markdown.
///
/// - Parameters:
///   - phrase: the phrase.
///   - expected: the verdict that a comment expects.
///   - snapshot: the masque.
/// - Returns: the explanation; nil where there is no intent.
func verdictText(of phrase: String, expected: IntentVerdict.Kind, in snapshot: Snapshot) -> String? {
  let tree = snapshot.syntax.tree
  guard let intent = snapshot.intents.intent(of: tree, MasqueSections(tree)) else { return nil }
  let verdict = intent.verdict(for: phrase)
  let lines = LineIndex(snapshot.text)
  func named(_ pattern: PlacedPattern) -> String {
    "\(codeSpan(pattern.text)) (line \(lines.line(containing: pattern.place.itemRange.start) + 1))"
  }
  var text = "**\(codeSpan(verdict.phrase.text))** is **\(words(verdict.kind))**"
  text += verdict.kind == expected ? ", as expected." : "; \(words(expected)) was expected."
  if let pattern = verdict.decidingPattern {
    text += " \(named(pattern)) \(verdict.kind == .denied ? "denies" : "allows") it."
  } else if let nearest = verdict.nearestPattern {
    text += " No pattern matches it; the nearest is \(named(nearest))."
  } else {
    text += " No pattern matches it."
  }
  let others = verdict.matches.filter { $0.reference != verdict.decidingPattern?.reference }
  if !others.isEmpty {
    text += "\n\nIt also matches\n\n"
    text += others.prefix(8).map { "- \(named($0)), \($0.reference.list.rawValue)" }.joined(separator: "\n")
  }
  return text
}

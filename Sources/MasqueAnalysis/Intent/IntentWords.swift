import DocumentTree
import MasqueModel
import RegularLanguages
import SourceText
import YAMLSyntax

/// A text shortened to what a message can carry.
func shortened(_ text: String, to count: Int = 60) -> String {
  text.count > count ? "\(text.prefix(count - 3))…" : text
}

/// A pattern's text in backticks.
func quoted(_ pattern: PlacedPattern) -> String { "`\(shortened(pattern.text))`" }

/// A phrase in quotes: what one can say aloud.
func spoken(_ phrase: some CustomStringConvertible) -> String { "\"\(shortened(phrase.description, to: 80))\"" }

extension RuleContext {
  /// Where a finding about a pattern is: on its item, which may be an alias.
  func related(_ pattern: PlacedPattern, _ message: String) -> RelatedPlace {
    RelatedPlace(range: onFirstLine(pattern.place.range), message: message)
  }

  /// The place of a finding about an item of a list, and, of an alias, where its text is written.
  func place(of place: IntentPlace) -> (range: ByteRange, related: [RelatedPlace]) {
    let range = onFirstLine(place.itemRange)
    guard place.isAlias else { return (range, []) }
    return (range, [RelatedPlace(range: onFirstLine(place.range), message: "the pattern is written here")])
  }

  /// A range cut to its first line.
  func onFirstLine(_ range: ByteRange) -> ByteRange {
    let lineBreak = tree.source[range.start..<min(range.end, tree.source.count)].firstIndex { $0 == 0x0A || $0 == 0x0D }
    return ByteRange(range.start, lineBreak ?? range.end)
  }

  /// "line 12".
  mutating func line(of pattern: PlacedPattern) -> String {
    "line \(lines.line(containing: pattern.place.itemRange.start) + 1)"
  }

  /// "`deploy *` (line 12)".
  mutating func named(_ pattern: PlacedPattern) -> String { "\(quoted(pattern)) (\(line(of: pattern)))" }

  /// "`a *` (line 3), `b *` (line 4) and 2 others".
  mutating func named(_ patterns: [PlacedPattern]) -> String {
    let shown = patterns.count > 3 ? 2 : patterns.count
    var names = patterns.prefix(shown).map { named($0) }
    if patterns.count > shown { names.append("\(patterns.count - shown) others") }
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }

  /// Gives a pattern another text, where it is written in this list and on one line.
  func rewriting(_ pattern: PlacedPattern, _ text: String, _ title: String, _ applicability: Applicability) -> [Fix] {
    guard !pattern.place.isAlias, let edit = syntax.replacing(pattern.place.node, withText: text) else { return [] }
    return [Fix(title, [edit], applicability)]
  }
}

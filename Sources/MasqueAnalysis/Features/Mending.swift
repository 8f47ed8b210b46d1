public import SourceText

/// A text after its fixes.
public struct MendedText: Sendable {
  /// The text; bytes outside the fixes' edits are as they were.
  public var text: SourceText
  /// What there is to say about it.
  public var findings: [Finding]
  /// How many fixes were applied.
  public var count = 0
  /// Why some fix was left out, for people.
  public var problem: String?
  /// The edits from the first text to this one, apart from each other and in document order.
  public var edits: [TextEdit] = []
}

/// How often fixes are applied and the text is checked again, so that fixes which need each other's place get theirs.
private let maximumRounds = 8

/// Applies fixes until there is none left. Fixes that touch the same bytes wait for each other: the first in the text
/// goes first. A fix that would break the YAML is left out.
///
/// - Parameters:
///   - text: the text.
///   - first: what there is to say about it, all of it.
///   - wanted: the fix of a finding that is to be applied, if any; without an argument its first safe one.
///   - check: what there is to say about another text, all of it.
/// - Returns: the text, what there is to say about it, and the edits that lead to it.
public func mend(
  _ text: SourceText, _ first: [Finding], wanted: (Finding) -> Fix? = \.firstSafeFix, check: (SourceText) -> [Finding]
) -> MendedText {
  var result = MendedText(text: text, findings: first)
  var earlier: Set<SourceText> = [text]
  for round in 0..<maximumRounds {
    let fixes = compatible(result.findings.compactMap(wanted).filter { !$0.edits.isEmpty })
    guard !fixes.isEmpty else { break }
    var next = apply(fixes, to: result, check)
    var applied: [TextEdit]? = fixes.flatMap(\.edits)
    if breaks(result.findings, next.findings) {
      // One of them does it: take them one at a time.
      next = result
      applied = nil
      for fix in fixes.reversed() {
        // From the end to the start, so that the places of those that remain stay right.
        let single = apply([fix], to: next, check)
        if breaks(next.findings, single.findings) {
          next.problem = "a fix was left out, because it would break the YAML: \(fix.title)"
        } else {
          next = single
        }
      }
    }
    if next.text == result.text {
      next.edits = result.edits
      return next
    }
    guard earlier.insert(next.text).inserted else {
      // Two fixes undo each other. No half of it is worth having.
      return MendedText(
        text: text, findings: first, problem: "its fixes contradict each other, so none was applied")
    }
    // The edits of one round are in the first text's offsets; those of several are put together.
    next.edits = (round == 0 ? applied : nil)?.sorted(by: isBefore) ?? [difference(from: text, to: next.text)]
    result = next
  }
  return result
}

extension Finding {
  /// The fix that may be applied without asking, if there is one.
  public var firstSafeFix: Fix? { fixes.first { $0.applicability == .safe && !$0.edits.isEmpty } }
}

private func isBefore(_ a: TextEdit, _ b: TextEdit) -> Bool {
  (a.range.start, a.range.end) < (b.range.start, b.range.end)
}

/// The lines in which two texts differ, as one edit.
func difference(from old: SourceText, to new: SourceText) -> TextEdit {
  let count = min(old.count, new.count)
  var start = 0
  while start < count, old.bytes[start] == new.bytes[start] { start += 1 }
  while start > 0, old.bytes[start - 1] != 0x0A { start -= 1 }
  // Whole lines from the end; the last of them may have no line break.
  var position = 0
  var tail = 0
  while position < count - start, old.bytes[old.count - 1 - position] == new.bytes[new.count - 1 - position] {
    position += 1
    let isLineStart =
      position < old.count && old.bytes[old.count - 1 - position] == 0x0A && position < new.count
      && new.bytes[new.count - 1 - position] == 0x0A
    if isLineStart { tail = position }
  }
  return TextEdit(ByteRange(start, old.count - tail), new[ByteRange(start, new.count - tail)])
}

/// Those of the fixes that can be applied together, the earlier in the text first.
private func compatible(_ fixes: [Fix]) -> [Fix] {
  // Accepted edits in the order of their places.
  var accepted: [TextEdit] = []
  let starts = fixes.map { $0.edits.lazy.map(\.range.start).min() ?? 0 }
  return fixes.indices.sorted { (starts[$0], $0) < (starts[$1], $1) }.compactMap { index in
    let edits = fixes[index].edits
    for edit in edits {
      let position = insertionPoint(of: edit.range.start, in: accepted)
      // Everything before the neighbour ends before the neighbour starts.
      for neighbour in accepted[max(position - 1, 0)..<min(position + 1, accepted.count)]
      where collide(neighbour, edit) {
        return nil
      }
    }
    for edit in edits { accepted.insert(edit, at: insertionPoint(of: edit.range.start, in: accepted)) }
    return fixes[index]
  }
}

/// The first position whose edit begins behind `start`.
private func insertionPoint(of start: Int, in edits: [TextEdit]) -> Int {
  var low = 0
  var high = edits.count
  while low < high {
    let middle = (low + high) / 2
    if edits[middle].range.start <= start { low = middle + 1 } else { high = middle }
  }
  return low
}

private func collide(_ a: TextEdit, _ b: TextEdit) -> Bool {
  // Two insertions at one place both hold, unless they are the same one. An insertion at the edge of a replacement waits.
  if a.range.isEmpty && b.range.isEmpty { return a == b }
  if a.range.isEmpty { return b.range.touches(a.range.start) }
  if b.range.isEmpty { return a.range.touches(b.range.start) }
  return a.range.overlaps(b.range)
}

private func apply(_ fixes: [Fix], to current: MendedText, _ check: (SourceText) -> [Finding]) -> MendedText {
  let (text, dropped) = current.text.applying(fixes.flatMap(\.edits))
  // Only a fix whose own edits overlap could lose one.
  guard dropped.isEmpty else { return current }
  return MendedText(
    text: text, findings: check(text), count: current.count + fixes.count, problem: current.problem)
}

/// Whether a text has a syntax error that was not there before.
private func breaks(_ before: [Finding], _ after: [Finding]) -> Bool {
  func count(_ findings: [Finding], where isCounted: (Finding) -> Bool) -> Int {
    findings.reduce(0) { $0 + (isCounted($1) ? 1 : 0) }
  }
  func isBroken(_ finding: Finding) -> Bool { finding.severity == .error && finding.code.hasPrefix("yaml-") }
  return count(after, where: isBroken) > count(before, where: isBroken)
    || count(after) { $0.code == "yaml-syntax" } > count(before) { $0.code == "yaml-syntax" }
}

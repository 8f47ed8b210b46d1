import MasqueAnalysis
import SourceText

/// A text after its fixes.
struct MendedText {
  /// The text; bytes outside the fixes' edits are as they were.
  var text: SourceText
  /// What there is to say about it.
  var findings: [Finding]
  /// How many fixes were applied.
  var count = 0
  /// Why some fix was left out, for people.
  var problem: String?
}

/// How often fixes are applied and the text is checked again, so that fixes which need each other's place get theirs.
private let maximumRounds = 8

/// Applies fixes until there is none left. Fixes that touch the same bytes wait for each other: the first in the text
/// goes first. A fix that would break the YAML is left out.
///
/// - Parameters:
///   - text: the text.
///   - first: what there is to say about it, all of it.
///   - options: which fixes are wanted, and for which findings.
///   - check: what there is to say about another text, all of it.
/// - Returns: the text and what there is to say about it.
func mend(
  _ text: SourceText, _ first: [Finding], _ options: LintOptions, check: (SourceText) -> [Finding]
) -> MendedText {
  var result = MendedText(text: text, findings: first)
  var earlier: Set<SourceText> = [text]
  for _ in 0..<maximumRounds {
    let fixes = compatible(wantedFixes(result.findings, options))
    guard !fixes.isEmpty else { return result }
    var next = apply(fixes, to: result, check)
    if breaks(result.findings, next.findings) {
      // One of them does it: take them one at a time.
      next = result
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
    if next.text == result.text { return next }
    guard earlier.insert(next.text).inserted else {
      // Two fixes undo each other. No half of it is worth having.
      return MendedText(
        text: text, findings: first, problem: "its fixes contradict each other, so none was applied")
    }
    result = next
  }
  return result
}

/// The fix of each finding that is to be mended.
private func wantedFixes(_ findings: [Finding], _ options: LintOptions) -> [Fix] {
  findings.compactMap { finding in
    guard options.selection.includes(finding.code) else { return nil }
    return finding.fixes.first { fix in
      guard !fix.edits.isEmpty else { return false }
      return fix.applicability == .safe || fix.applicability == .unsafe && options.fixing == .unsafe
    }
  }
}

/// Those of the fixes that can be applied together, the earlier in the text first.
private func compatible(_ fixes: [Fix]) -> [Fix] {
  // Accepted edits in the order of their places.
  var accepted: [TextEdit] = []
  let starts = fixes.map { $0.edits.lazy.map(\.range.start).min() ?? 0 }
  return fixes.indices.sorted { (starts[$0], $0) < (starts[$1], $1) }.compactMap { index in
    let edits = fixes[index].edits
    var positions: [Int] = []
    for edit in edits {
      let position = insertionPoint(of: edit.range.start, in: accepted)
      // Everything before the neighbour ends before the neighbour starts.
      for neighbour in accepted[max(position - 1, 0)..<min(position + 1, accepted.count)]
      where collide(neighbour, edit) {
        return nil
      }
      positions.append(position)
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

import Foundation
import Testing

@testable import RegularLanguages

/// A fenced block of `docs/intent-patterns.md`.
private struct Block {
  var kind: String
  var line: Int
  var lines: [String]
}

private let blocks: [Block] = {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let path = ProcessInfo.processInfo.environment["MASQUES_DOCS"].map { URL(fileURLWithPath: $0) }
  let url = (path ?? root.appendingPathComponent("docs")).appendingPathComponent("intent-patterns.md")
  guard let text = try? String(contentsOf: url, encoding: .utf8) else { return [] }
  var result: [Block] = []
  var current: Block?
  for (number, line) in text.components(separatedBy: "\n").enumerated() {
    if line.hasPrefix("```") {
      if let block = current {
        result.append(block)
        current = nil
      } else {
        current = Block(kind: String(line.dropFirst(3)), line: number + 1, lines: [])
      }
    } else {
      current?.lines.append(line)
    }
  }
  return result
}()

private func cells(_ line: String) -> [String] {
  line.components(separatedBy: "|").map { $0.trimmingCharacters(in: .whitespaces) }
}

/// What follows `prefix` in those lines that have it.
private func values(_ prefix: String, _ block: Block) -> [String] {
  block.lines.filter { $0.hasPrefix(prefix) }.map {
    $0.dropFirst(prefix.count).trimmingCharacters(in: .whitespaces)
  }
}

private func patterns(_ prefix: String, _ block: Block) throws -> [IntentPattern] {
  try values(prefix, block).map { try IntentPattern($0) }
}

@Test func theDocumentHasExamplesOfEveryKind() {
  #expect(Set(blocks.map(\.kind)).isSuperset(of: ["matches", "errors", "boundary", "analysis", "diff", "ebnf"]))
}

@Test func documentedMatches() throws {
  for block in blocks where block.kind == "matches" {
    for line in block.lines {
      let cells = cells(line)
      #expect(try IntentPattern(cells[0]).matches(cells[1]) == (cells[2] == "yes"), "\(line)")
    }
  }
}

@Test func documentedErrors() {
  for block in blocks where block.kind == "errors" {
    for line in block.lines {
      let cells = cells(line)
      let error = #expect(throws: IntentPatternError.self) { try IntentPattern(cells[0]) }
      #expect(error?.kind.rawValue == cells[1])
      guard let error, cells.count > 2 else { continue }
      #expect(String(decoding: Array(cells[0].utf8)[error.range], as: UTF8.self) == cells[2])
    }
  }
}

@Test func documentedVerdicts() throws {
  for block in blocks where block.kind == "boundary" {
    let boundary = IntentBoundary(allowed: try patterns("allow:", block), denied: try patterns("deny:", block))
    for line in block.lines where line.contains("->") {
      let sides = line.components(separatedBy: "->").map { $0.trimmingCharacters(in: .whitespaces) }
      let verdict = boundary.verdict(for: sides[0])
      var said = verdict.kind.rawValue
      if let decider = verdict.decidingPattern.flatMap(boundary.pattern) { said += " by \(decider)" }
      if let nearest = verdict.nearestPattern.flatMap(boundary.pattern) { said += ", nearest \(nearest)" }
      #expect(said == sides[1])
    }
  }
}

@Test func documentedAnalyses() throws {
  for block in blocks where block.kind == "analysis" {
    let allowed = try patterns("allow:", block)
    let denied = try patterns("deny:", block)
    let analysis = IntentAnalysis(allowed: allowed, denied: denied)
    func pattern(_ reference: PatternReference) -> String { analysis.boundary.pattern(reference)?.source ?? "?" }
    func phrase(_ references: [PatternReference]) -> String { analysis.phrase(matching: references)?.text ?? "?" }
    #expect(
      analysis.dead.map { cover in
        [
          allowed[cover.index].source, cover.cover.map { denied[$0].source }.joined(separator: ", "),
          phrase([.init(list: .allowed, index: cover.index)]),
        ]
      } == values("dead:", block).map(cells), "line \(block.line)")
    #expect(
      analysis.overlaps.map { overlap in
        [
          allowed[overlap.allowed].source, denied[overlap.denied].source, analysis.phrase(of: overlap)?.text ?? "?",
        ]
      } == values("overlap:", block).map(cells), "line \(block.line)")
    #expect(
      analysis.exceptions.enumerated().flatMap { index, carved in
        carved.map { [allowed[index].source, denied[$0].source] }
      } == values("exception:", block).map(cells), "line \(block.line)")
    let redundant =
      analysis.redundantAllowed.map { (allowed, $0) } + analysis.redundantDenied.map { (denied, $0) }
    #expect(
      redundant.map { list, cover in
        [list[cover.index].source, cover.cover.map { list[$0].source }.joined(separator: ", ")]
      } == values("redundant:", block).map(cells), "line \(block.line)")
    #expect(
      analysis.nearMisses.map { [pattern($0.pattern), $0.kind.rawValue, $0.replacement ?? "?"] }
        == values("near-miss:", block).map(cells), "line \(block.line)")
    let unneeded = values("unneeded:", block)
    if !unneeded.isEmpty { #expect(analysis.unneededDenials.map { denied[$0].source } == unneeded) }
    #expect(analysis.isCatchAll == (values("catch-all:", block) == ["yes"] ? .yes : .no), "line \(block.line)")
    if let isEmpty = values("empty:", block).first { #expect(analysis.isEmpty == (isEmpty == "yes" ? .yes : .no)) }
  }
}

@Test func documentedComparisons() throws {
  for block in blocks where block.kind == "diff" {
    let old = IntentBoundary(allowed: try patterns("- allow:", block), denied: try patterns("- deny:", block))
    let new = IntentBoundary(allowed: try patterns("+ allow:", block), denied: try patterns("+ deny:", block))
    let comparison = new.compared(to: old)
    #expect(block.lines.contains(comparison.relation.rawValue), "line \(block.line): \(comparison.relation)")
    for (example, name) in [(comparison.onlyHere, "gained:"), (comparison.onlyThere, "lost:")] {
      var said: [String] = []
      if case .phrase(let phrase) = example { said = [phrase.text] }
      #expect(said == values(name, block), "line \(block.line)")
    }
  }
}

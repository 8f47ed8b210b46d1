import SourceText

// Lines that stand at the wrong column, or behind tabs.
extension Repairer {
  func hasTabIndent(_ line: LineScanner.Line) -> Bool {
    source[line.range.start..<line.contentStart].contains(0x09)
  }

  /// Mends every tab-indented line of the run that the line belongs to: one culprit, one problem.
  mutating func mendTabs(_ line: LineScanner.Line) -> Bool {
    var first = line
    while first.range.start > range.start {
      let previous = lines.line(at: first.range.start - 1)
      guard hasTabIndent(previous) else { break }
      first = previous
    }
    let unit = indentationUnit()
    var edits: [TextEdit] = []
    var last = first
    var current: LineScanner.Line? = first
    while let line = current, hasTabIndent(line) {
      var width = 0
      for byte in source[line.range.start..<line.contentStart] { width += byte == 0x09 ? unit : 1 }
      edits.append(
        TextEdit(ByteRange(line.range.start, line.contentStart), String(repeating: " ", count: width)))
      last = line
      current = lines.next(after: line)
    }
    var mended = false
    for edit in edits where repaired.add(edit) { mended = true }
    guard mended, let start = edits.first?.range else { return false }
    let count = edits.count
    report(
      SyntaxProblem(
        .tabIndentation, start,
        "YAML is indented by spaces, never by tabs"
          + (count > 1 ? ": replace the tabs of these \(count) lines by spaces" : ": replace the tab by spaces"),
        related: count > 1 ? ByteRange(last.range.start, last.contentStart) : nil, edits: edits))
    return true
  }

  /// The smallest indentation by spaces in the stretch, 2 where there is none.
  func indentationUnit() -> Int {
    var unit: Int?
    var current: LineScanner.Line? = lines.line(at: range.start)
    while let line = current {
      if !line.isBlank, line.indentation > 0, !hasTabIndent(line) {
        unit = Swift.min(unit ?? line.indentation, line.indentation)
      }
      current = lines.next(after: line)
    }
    return Swift.min(unit ?? 2, 8)
  }

  /// Moves a line, with what hangs below it, to the nearest level that the lines above it allow.
  mutating func mendIndentation(
    _ failure: ReadFailure, _ line: LineScanner.Line, _ parts: LineScanner.Parts
  ) -> Bool {
    let levels = openLevels(above: line)
    let column = line.indentation
    let isItem = parts.dash != nil
    let candidates = levels.filter { $0.column != column && ($0.isSequence == isItem) }
    guard parts.key != nil || isItem,
      let target = candidates.min(by: { abs($0.column - column) < abs($1.column - column) })
    else { return false }
    // The line and all that follows at its depth or deeper.
    var block = [line]
    var current = line
    while let next = lines.next(after: current), next.isBlank || next.indentation >= column {
      if !next.isBlank { block.append(next) }
      current = next
    }
    let delta = target.column - column
    var edits: [TextEdit] = []
    for line in block {
      let width = Swift.max(0, line.indentation + delta)
      edits.append(
        TextEdit(ByteRange(line.range.start, line.contentStart), String(repeating: " ", count: width)))
    }
    var mended = false
    for edit in edits where repaired.add(edit) { mended = true }
    guard mended else { return false }
    report(
      SyntaxProblem(
        .syntax, ByteRange(line.contentStart, line.contentEnd),
        "this line is indented by \(spaces(column)), which fits nothing above it: "
          + "\(target.column == 0 ? "none" : "\(target.column)") would line it up with "
          + "\(quoted(ByteRange(target.line.contentStart, target.line.contentEnd)))"))
    return true
  }

  func spaces(_ count: Int) -> String { count == 1 ? "1 space" : "\(count) spaces" }

  struct Level {
    var column: Int
    var isSequence: Bool
    var line: LineScanner.Line
  }

  /// The columns at which the lines above have begun entries that are still open, innermost first.
  func openLevels(above line: LineScanner.Line) -> [Level] {
    var levels: [Level] = []
    var bound = Int.max
    var current = lines.previousContentLine(before: line)
    while let above = current {
      let parts = lines.parts(of: above)
      if parts.dash != nil || parts.key != nil {
        if above.indentation < bound {
          bound = above.indentation
          if let dash = parts.dash {
            if let key = parts.key {
              levels.append(Level(column: key.start - above.range.start, isSequence: false, line: above))
            }
            levels.append(Level(column: dash - above.range.start, isSequence: true, line: above))
          } else {
            levels.append(Level(column: above.indentation, isSequence: false, line: above))
          }
        }
      }
      if bound == 0 { break }
      current = lines.previousContentLine(before: above)
    }
    return levels
  }
}

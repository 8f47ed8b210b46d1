import TerminalOutput

/// The changes from one text to another as a unified diff (POSIX `diff -u`), with three lines of context.
///
/// - Parameters:
///   - old: the bytes before.
///   - new: the bytes after.
///   - oldName: what the old text is called.
///   - newName: what the new text is called.
///   - style: how lines are made to stand out.
/// - Returns: the diff; nothing if the texts are equal.
func unifiedDiff(
  _ old: [UInt8], _ new: [UInt8], _ oldName: String, _ newName: String, _ style: Style = Style(false)
) -> [UInt8] {
  let oldLines = splitLines(old)
  let newLines = splitLines(new)
  let changes = lineChanges(oldLines, newLines)
  guard !changes.isEmpty else { return [] }
  var output = Array("\(style.bold("--- \(oldName)"))\n\(style.bold("+++ \(newName)"))\n".utf8)

  func write(_ lines: ArraySlice<ArraySlice<UInt8>>, _ sign: String, _ paint: (String) -> String) {
    for line in lines {
      // Only the sign is painted, so that the line's bytes, whatever they are, stay as they are.
      output.append(contentsOf: paint(sign).utf8)
      output.append(contentsOf: line)
      if line.last != newline { output.append(contentsOf: "\n\\ No newline at end of file\n".utf8) }
    }
  }

  var first = 0
  while first < changes.count {
    // Changes whose context would touch share a hunk.
    var last = first
    while last + 1 < changes.count,
      changes[last + 1].old.lowerBound - changes[last].old.upperBound <= 2 * contextLength
    {
      last += 1
    }
    let before = min(contextLength, changes[first].old.lowerBound)
    let after = min(contextLength, oldLines.count - changes[last].old.upperBound)
    let oldRange = (changes[first].old.lowerBound - before)..<(changes[last].old.upperBound + after)
    let newRange = (changes[first].new.lowerBound - before)..<(changes[last].new.upperBound + after)
    output.append(contentsOf: style.frame("@@ -\(extent(oldRange)) +\(extent(newRange)) @@").utf8)
    output.append(newline)
    var position = oldRange.lowerBound
    for change in changes[first...last] {
      write(oldLines[position..<change.old.lowerBound], " ") { $0 }
      write(oldLines[change.old], "-", style.removed)
      write(newLines[change.new], "+", style.good)
      position = change.old.upperBound
    }
    write(oldLines[position..<oldRange.upperBound], " ") { $0 }
    first = last + 1
  }
  return output
}

private let contextLength = 3
private let newline = UInt8(ascii: "\n")

/// A hunk's lines as its head names them: the first one, from 1, and how many.
private func extent(_ lines: Range<Int>) -> String {
  let start = lines.isEmpty ? lines.lowerBound : lines.lowerBound + 1
  return lines.count == 1 ? "\(start)" : "\(start),\(lines.count)"
}

/// The lines with their line breaks.
private func splitLines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
  var lines: [ArraySlice<UInt8>] = []
  var start = 0
  for (index, byte) in bytes.enumerated() where byte == newline {
    lines.append(bytes[start...index])
    start = index + 1
  }
  if start < bytes.count { lines.append(bytes[start...]) }
  return lines
}

/// Lines that give way to others.
private struct LineChange {
  var old: Range<Int>
  var new: Range<Int>
}

/// The fewest lines to remove and insert (E. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986). Texts
/// that differ in more than 1,000 lines get one change from the first difference to the last.
private func lineChanges(_ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>]) -> [LineChange] {
  var start = 0
  while start < old.count, start < new.count, old[start] == new[start] { start += 1 }
  var oldEnd = old.count
  var newEnd = new.count
  while oldEnd > start, newEnd > start, old[oldEnd - 1] == new[newEnd - 1] {
    oldEnd -= 1
    newEnd -= 1
  }
  if start == oldEnd, start == newEnd { return [] }
  let n = oldEnd - start
  let m = newEnd - start
  let limit = min(n + m, 1_000)

  // furthest[k + limit + 1]: how far into the old text a path on diagonal k gets; one copy per number of edits.
  var furthest = [Int](repeating: 0, count: 2 * limit + 3)
  var trace: [[Int]] = []
  for edits in 0...limit {
    trace.append(furthest)
    for k in stride(from: -edits, through: edits, by: 2) {
      let isDown = k == -edits || k != edits && furthest[k + limit] < furthest[k + limit + 2]
      var x = isDown ? furthest[k + limit + 2] : furthest[k + limit] + 1
      var y = x - k
      while x < n, y < m, old[start + x] == new[start + y] {
        x += 1
        y += 1
      }
      furthest[k + limit + 1] = x
      if x >= n, y >= m { return walkBack(trace, edits, limit, n, m, start) }
    }
  }
  return [LineChange(old: start..<oldEnd, new: start..<newEnd)]
}

/// The changes on the path that was found, from its end to its start.
private func walkBack(_ trace: [[Int]], _ edits: Int, _ limit: Int, _ n: Int, _ m: Int, _ start: Int) -> [LineChange] {
  var changes: [LineChange] = []
  var x = n
  var y = m
  for count in stride(from: edits, to: 0, by: -1) {
    let furthest = trace[count]
    let k = x - y
    let isDown = k == -count || k != count && furthest[k + limit] < furthest[k + limit + 2]
    let previousK = isDown ? k + 1 : k - 1
    let previousX = furthest[previousK + limit + 1]
    let previousY = previousX - previousK
    let old = (start + previousX)..<(start + previousX + (isDown ? 0 : 1))
    let new = (start + previousY)..<(start + previousY + (isDown ? 1 : 0))
    if let last = changes.last, last.old.lowerBound == old.upperBound, last.new.lowerBound == new.upperBound {
      changes[changes.count - 1] = LineChange(
        old: old.lowerBound..<last.old.upperBound, new: new.lowerBound..<last.new.upperBound)
    } else {
      changes.append(LineChange(old: old, new: new))
    }
    x = previousX
    y = previousY
  }
  return changes.reversed()
}

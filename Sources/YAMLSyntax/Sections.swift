import DocumentTree
import SourceText

/// Reads a document that libyaml refuses, one top-level section at a time, and puts the sections together again.
func readSections(
  source: [UInt8], range: ByteRange, failure: ReadFailure
) -> (tree: DocumentTree, problems: [SyntaxProblem]) {
  var problems: [SyntaxProblem] = []
  let removed = conflictedStretches(source: source, range: range, into: &problems)
  var sections = splitSections(source: source, range: range, removed: removed)
  var bodyEnd = range.end
  if let second = sections.secondDocument {
    bodyEnd = second
    sections.starts.removeAll { $0 >= second }
    problems.append(
      SyntaxProblem(
        .multipleDocuments, ByteRange(second, Swift.min(second + 3, range.end)),
        "a second document begins here: a file holds one masque, and nothing below this line is read"))
  }
  let body = ByteRange(sections.bodyStart, bodyEnd)
  guard !sections.starts.isEmpty else {
    // No top-level keys: a list, or a text. One stretch, then.
    let result = readRepairing(source: source, range: body, removed: removed.filter { body.encloses($0) })
    return (result.tree, explained(problems + result.problems))
  }
  var builder = TreeBuilder(source: source)
  let first = sections.preamble ?? sections.starts[0]
  builder.open(.mapping, style: .block, start: first, end: first)
  if let preamble = sections.preamble {
    let stretch = ByteRange(preamble, sections.starts[0])
    readPreamble(
      source: source, range: stretch, into: &builder, &problems)
  }
  for (index, start) in sections.starts.enumerated() {
    let end = index + 1 < sections.starts.count ? sections.starts[index + 1] : bodyEnd
    let section = ByteRange(start, end)
    let holes = removed.filter { section.overlaps($0) }
    var tree: DocumentTree
    let clean = holes.isEmpty ? readEvents(source: source, range: section) : nil
    if let clean, clean.failure == nil, clean.secondDocument == nil {
      tree = clean.tree
    } else {
      let result = readRepairing(
        source: source, range: section,
        removed: holes.map { ByteRange(Swift.max($0.start, start), Swift.min($0.end, end)) })
      tree = result.tree
      problems += result.problems
    }
    if let root = tree.root, tree[root].kind == .mapping, tree[root].style == .block {
      builder.graft(tree, nodes: 1..<tree.nodes.count, by: 0)
    }
  }
  builder.close(end: nil)
  return (builder.tree, explained(problems))

  /// Every refusal has a reason: where each section is fine, it lies in the directives and markers above them.
  func explained(_ problems: [SyntaxProblem]) -> [SyntaxProblem] {
    guard problems.isEmpty else { return problems }
    let line = LineScanner(bytes: source, range: range).line(at: failure.contextOffset ?? failure.offset)
    return [SyntaxProblem(.syntax, ByteRange(line.contentStart, line.contentEnd), failure.sentence)]
  }
}

/// The top-level sections of a document, each from the first byte of its key's line to the next one's; whatever stands
/// before the first belongs to none. Nothing of a second document.
func sectionRanges(of text: SourceText) -> [ByteRange] {
  let range = ByteRange(text.byteOrderMarkLength, text.count)
  let split = splitSections(source: text.bytes, range: range, removed: [])
  let end = split.secondDocument ?? range.end
  return split.starts.enumerated().map { index, start in
    ByteRange(start, index + 1 < split.starts.count ? split.starts[index + 1] : end)
  }
}

private struct SectionSplit {
  /// Where the sections begin, each at the first byte of a line.
  var starts: [Int] = []
  /// Behind a leading `---` and directives.
  var bodyStart: Int
  /// Where text stands that belongs to no section, because it comes before the first.
  var preamble: Int?
  var secondDocument: Int?
}

/// What stands before the first key: a key that still wants its colon, or something that has no place there.
private func readPreamble(
  source: [UInt8], range: ByteRange, into builder: inout TreeBuilder,
  _ problems: inout [SyntaxProblem]
) {
  let lines = LineScanner(bytes: source, range: range)
  let line = lines.line(at: range.start)
  let content = ByteRange(line.contentStart, line.contentEnd)
  let text = SourceText.slice(source, content.start, content.end)
  let isWord = !lines.isIndicator(source[content.start]) && lines.parts(of: line).dash == nil
  if isWord, line.indentation == 0 {
    builder.scalar(style: .plain, type: .string, flags: .repaired, range: content, text: content)
    let end = ByteRange(at: content.end)
    builder.scalar(style: .plain, type: .null, flags: .absent, range: end, text: end)
  }
  problems.append(
    SyntaxProblem(
      .syntax, content,
      isWord
        ? "expected a `:` after `\(text)`: a key and its value are written `key: value`"
        : "`\(text)` belongs to no key: a masque is a map of keys and values"))
}

/// The lines in the first column that look like keys begin sections. What else stands there (list items, closing
/// brackets, comments, text) belongs to the section above it.
private func splitSections(source: [UInt8], range: ByteRange, removed: [ByteRange]) -> SectionSplit {
  let lines = LineScanner(bytes: source, range: range)
  var split = SectionSplit(bodyStart: range.start)
  var current: LineScanner.Line? = range.isEmpty ? nil : lines.line(at: range.start)
  while let line = current {
    defer { current = lines.next(after: line) }
    if line.indentation > 0, !line.isBlank, split.starts.isEmpty, split.preamble == nil {
      split.preamble = line.range.start
    }
    guard !line.isBlank, line.indentation == 0, !removed.contains(where: { $0.overlaps(line.range) }) else { continue }
    if isDocumentMarker(source, line.range) {
      if split.starts.isEmpty {
        split.bodyStart = line.range.end
      } else {
        split.secondDocument = line.range.start
        return split
      }
    } else if source[line.range.start] == UInt8(ascii: "%"), split.starts.isEmpty {
      split.bodyStart = line.range.end
    } else {
      let parts = lines.parts(of: line)
      if parts.dash == nil, let key = parts.key, !key.isEmpty {
        split.starts.append(line.range.start)
      } else if split.starts.isEmpty, split.preamble == nil {
        split.preamble = line.range.start
      }
    }
  }
  return split
}

/// Whether a line is `---` or `...`, alone or with something behind it.
func isDocumentMarker(_ source: [UInt8], _ line: ByteRange) -> Bool {
  guard line.count >= 3 else { return false }
  let first = source[line.start]
  guard first == UInt8(ascii: "-") || first == UInt8(ascii: "."), source[line.start + 1] == first,
    source[line.start + 2] == first
  else { return false }
  return line.count == 3 || source[line.start + 3] == 0x20 || source[line.start + 3] == 0x09
}

/// The conflict markers that a merge has left, and the other side's lines: the file is read as our side has it, and
/// all of them are one problem.
private func conflictedStretches(
  source: [UInt8], range: ByteRange, into problems: inout [SyntaxProblem]
) -> [ByteRange] {
  let lines = LineScanner(bytes: source, range: range)
  func isMarker(_ line: ByteRange, _ byte: UInt8) -> Bool {
    line.count >= 7 && source[line.start..<(line.start + 7)].allSatisfy { $0 == byte }
      && (line.count == 7 || source[line.start + 7] == 0x20)
  }
  var removed: [ByteRange] = []
  var first: ByteRange?
  var count = 0
  var otherSide: Int?
  var isOpen = false
  var current: LineScanner.Line? = range.isEmpty ? nil : lines.line(at: range.start)
  while let line = current {
    current = lines.next(after: line)
    if isMarker(line.range, UInt8(ascii: "<")) {
      first = first ?? line.range
      count += 1
      isOpen = true
      removed.append(line.range)
    } else if isOpen, otherSide == nil,
      isMarker(line.range, UInt8(ascii: "=")) || isMarker(line.range, UInt8(ascii: "|"))
    {
      otherSide = line.range.start
    } else if isMarker(line.range, UInt8(ascii: ">")), isOpen {
      removed.append(ByteRange(otherSide ?? line.range.start, line.range.end))
      otherSide = nil
      isOpen = false
    }
  }
  // A conflict that never ends takes only its markers.
  if isOpen, let otherSide { removed.append(lines.line(at: otherSide).range) }
  if let first {
    problems.append(
      SyntaxProblem(
        .conflictMarker, first,
        count == 1
          ? "a merge conflict was not resolved: keep one side and remove the markers"
          : "\(count) merge conflicts were not resolved: keep one side of each and remove the markers"))
  }
  return removed
}

import DocumentTree
import SourceText

/// Reads a stretch that libyaml refuses by mending it in thought, one culprit at a time: text that wants quotes is
/// quoted, a key gets its colon, a line its indentation, and what can't be understood is blanked. Each culprit is one
/// problem; what only follows from it is none.
///
/// - Parameters:
///   - source: the document's bytes.
///   - range: the stretch, usually one top-level section.
///   - removed: parts of it that are to be ignored, such as conflict markers.
/// - Returns: the tree of what could be read, and the problems in document order.
func readRepairing(
  source: [UInt8], range: ByteRange, removed: [ByteRange]
) -> (tree: DocumentTree, problems: [SyntaxProblem]) {
  var repairer = Repairer(source: source, range: range)
  for part in removed { _ = repairer.repaired.blank(part) }
  return repairer.read()
}

/// The state of one mending: what was replaced so far, and what was found.
struct Repairer {
  /// Each attempt reads the stretch again, so their number is bounded; a stretch with more culprits than this loses
  /// what stands behind them.
  static let maximumAttempts = 24

  let source: [UInt8]
  let range: ByteRange
  let lines: LineScanner
  var repaired: RepairedText
  var problems: [SyntaxProblem] = []
  /// How often each line, by its start, was mended.
  var visits: [Int: Int] = [:]

  init(source: [UInt8], range: ByteRange) {
    self.source = source
    self.range = range
    lines = LineScanner(bytes: source, range: range)
    repaired = RepairedText(range: range)
  }

  mutating func read() -> (tree: DocumentTree, problems: [SyntaxProblem]) {
    for _ in 0..<Self.maximumAttempts {
      let result = readEvents(source: source, range: range, repaired: repaired)
      guard let failure = result.failure else { return finish(result.tree) }
      mend(failure)
    }
    // Too many culprits: whatever stands from the next one on is given up.
    let result = readEvents(source: source, range: range, repaired: repaired)
    guard let failure = result.failure else { return finish(result.tree) }
    let start = lines.lineStart(Swift.min(failure.offset, failure.contextOffset ?? failure.offset))
    _ = repaired.blank(ByteRange(start, range.end))
    return finish(readEvents(source: source, range: range, repaired: repaired).tree)
  }

  func finish(_ tree: DocumentTree) -> (tree: DocumentTree, problems: [SyntaxProblem]) {
    (tree, problems.sorted { ($0.range.start, $0.range.end) < ($1.range.start, $1.range.end) })
  }

  /// Reports a culprit.
  mutating func report(_ problem: SyntaxProblem) {
    if problems.contains(where: { $0.kind == problem.kind && $0.range == problem.range }) { return }
    problems.append(problem)
  }

  // MARK: Choosing the culprit

  mutating func mend(_ failure: ReadFailure) {
    if failure.isTooDeep {
      report(
        SyntaxProblem(
          .syntax, ByteRange(failure.offset, failure.offset + 1),
          "nested more than \(maximumDepth) levels deep: no masque needs that, so nothing deeper is read"))
      giveUp(on: lines.line(at: outermost(of: failure)))
      return
    }
    let line = culpritLine(failure)
    let count = visits[line.range.start, default: 0]
    visits[line.range.start] = count + 1
    if count == 0, mendOnce(failure, line) { return }
    if count <= 1, blankBlock(line) {
      reportUnexplained(failure, line)
      return
    }
    reportUnexplained(failure, line)
    giveUp(on: line)
  }

  func outermost(of failure: ReadFailure) -> Int {
    // The line that opens the nesting, not the one that passes the bound.
    var start = failure.offset
    while let previous = lines.previousContentLine(before: lines.line(at: start)),
      previous.indentation >= 1, previous.range.start > range.start
    {
      start = previous.range.start
      if lines.parts(of: previous).key != nil { break }
    }
    return start
  }

  /// The line to blame. libyaml notices many errors on a later line than the one that caused them.
  func culpritLine(_ failure: ReadFailure) -> LineScanner.Line {
    let atProblem = lines.line(at: failure.offset)
    guard let contextOffset = failure.contextOffset, !hasTabIndent(atProblem) else { return atProblem }
    let atContext = lines.line(at: contextOffset)
    switch failure.context {
    case "while scanning a simple key", "while scanning a quoted scalar", "while parsing a quoted scalar",
      "while scanning an alias", "while scanning an anchor", "while scanning a tag", "while parsing a tag",
      "while scanning a block scalar", "while parsing a node", "while scanning a directive",
      "while scanning a %TAG directive", "while scanning a %YAML directive":
      return atContext
    case "while parsing a flow sequence", "while parsing a flow mapping", "while parsing a flow node":
      return openBracket(around: failure.offset).map { lines.line(at: $0) } ?? atContext
    default:
      // At the end of the stretch there is nothing to blame but what came before.
      return atProblem.isBlank ? lines.previousContentLine(before: atProblem) ?? atProblem : atProblem
    }
  }

  mutating func blankBlock(_ line: LineScanner.Line) -> Bool {
    var end = line.range.end
    var current = line
    while let next = lines.next(after: current), next.isBlank || next.indentation > line.indentation {
      if !next.isBlank { end = next.range.end }
      current = next
    }
    let block = ByteRange(line.range.start, end)
    return !repaired.covers(block) && repaired.blank(block)
  }

  mutating func giveUp(on line: LineScanner.Line) {
    if !repaired.blank(ByteRange(line.range.start, range.end)) {
      _ = repaired.blank(range)
    }
  }

  mutating func reportUnexplained(_ failure: ReadFailure, _ line: LineScanner.Line) {
    // What can't be explained tends to follow from what could.
    if problems.contains(where: { $0.kind == .syntax || $0.kind == .unquotedText }) { return }
    let content = ByteRange(line.contentStart, line.contentEnd)
    report(SyntaxProblem(.syntax, content, failure.sentence))
  }

  // MARK: Mending

  /// Mends what the failure and its line explain; false if they explain nothing.
  mutating func mendOnce(_ failure: ReadFailure, _ line: LineScanner.Line) -> Bool {
    if line.isBlank && !hasTabIndent(line) { return false }
    if hasTabIndent(line) { return mendTabs(line) }
    let parts = lines.parts(of: line)
    let first = parts.value.isEmpty ? 0 : source[parts.value.start]

    switch failure.problem {
    case "found unexpected end of stream", "found unexpected document indicator":
      if failure.context.hasSuffix("quoted scalar"), let start = failure.contextOffset {
        return mendUnclosedQuote(at: start, line)
      }
    case "found unknown escape character", "did not find expected hexdecimal number",
      "found invalid Unicode character escape code":
      return mendEscape(failure, line)
    case "could not find expected ':'":
      return mendMissingColon(line, parts)
    case "mapping values are not allowed in this context":
      return mendColonInText(failure, line, parts)
    default:
      break
    }
    let bracket = openBracket(around: failure.offset)
    if let bracket, failure.context.hasPrefix("while scanning a") || failure.problem.hasPrefix("found character"),
      lines.line(at: failure.contextOffset ?? failure.offset).range == lines.line(at: bracket).range,
      let item = flowItem(at: failure.contextOffset ?? failure.offset, in: bracket), mendUnquoted(item)
    {
      return true
    }
    if let bracket, failure.context.hasPrefix("while parsing a flow"), lines.matchingBracket(from: bracket) == nil {
      return mendUnclosedBracket(at: bracket, line)
    }
    // An error before the value is one of the line's place, not of its text.
    let isInValue = failure.offset >= parts.value.start || failure.contextOffset == parts.value.start
    switch isInValue ? first : 0 {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      // Where this line's own quotes are a pair, a quote above took its first one for its end.
      if let last = closingQuote(of: parts.value), last == parts.value.end - 1, let above = unclosedQuote(above: line) {
        return mendUnclosedQuote(at: above.start, above.line)
      }
      return mendTextAfterQuote(line, parts)
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      return mendBracket(failure, line, parts)
    case UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ","):
      if parts.key == nil && parts.dash == nil {
        report(
          SyntaxProblem(
            .syntax, ByteRange(parts.value.start, parts.value.start + 1),
            "this \(quoted(ByteRange(parts.value.start, parts.value.start + 1))) closes nothing: remove it"))
        return blankBlock(line)
      }
      return mendUnquoted(parts.value)
    case UInt8(ascii: "*"), UInt8(ascii: "&"), UInt8(ascii: "!"), UInt8(ascii: "%"), UInt8(ascii: "@"),
      UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: ">"):
      return mendUnquoted(parts.value)
    case UInt8(ascii: "-"), UInt8(ascii: "?"):
      if parts.key != nil || parts.dash != nil { return mendUnquoted(parts.value) }
    default:
      break
    }
    if failure.problem.hasPrefix("block sequence entries are not allowed")
      || failure.problem.hasPrefix("mapping keys are not allowed"), parts.key != nil
    {
      return mendUnquoted(valueFrom(afterKey: parts, line))
    }
    if failure.problem.hasPrefix("did not find expected") {
      return mendIndentation(failure, line, parts)
    }
    return false
  }

  func valueFrom(afterKey parts: LineScanner.Parts, _ line: LineScanner.Line) -> ByteRange {
    guard let key = parts.key else { return parts.value }
    var start = key.end + 1
    while start < line.contentEnd, lines.isSpace(source[start]) { start += 1 }
    return ByteRange(start, line.contentEnd)
  }

  func quoted(_ range: ByteRange) -> String { "`\(SourceText.slice(source, range.start, range.end))`" }

  mutating func mendUnquoted(_ value: ByteRange) -> Bool {
    guard repaired.quote(value, text: value) else { return false }
    let text = SourceText.slice(source, value.start, value.end)
    report(
      SyntaxProblem(
        .unquotedText, value, Self.reason(text),
        edits: [TextEdit(value, ScalarWriting.doubleQuoted(text))]))
    return true
  }

  /// Why a text can't stand without quotes.
  static func reason(_ text: String) -> String {
    let meaning: String
    switch text.unicodeScalars.first {
    case "*": meaning = "`*` begins an alias in YAML"
    case "&": meaning = "`&` begins an anchor in YAML"
    case "!": meaning = "`!` begins a tag in YAML"
    case "[", "]": meaning = "brackets make a list in YAML"
    case "{", "}": meaning = "braces make a map in YAML"
    case "|", ">": meaning = "`\(text.unicodeScalars.first ?? "|")` begins a text block in YAML"
    case "-": meaning = "`-` begins a list item in YAML"
    case "?": meaning = "`?` begins a key in YAML"
    case ",": meaning = "`,` can't begin a text in YAML"
    default: meaning = "`\(text.unicodeScalars.first ?? "%")` can't begin a text in YAML"
    }
    return "\(meaning): put `\(text)` in quotes"
  }

  /// The place of the quote that closes the one that a value on one line begins with.
  func closingQuote(of value: ByteRange) -> Int? {
    guard !value.isEmpty else { return nil }
    let mark = source[value.start]
    var position = value.start + 1
    while position < value.end {
      if mark == UInt8(ascii: "\""), source[position] == UInt8(ascii: "\\") {
        position += 1
      } else if source[position] == mark {
        guard mark == UInt8(ascii: "'"), position + 1 < value.end, source[position + 1] == mark else { return position }
        position += 1
      }
      position += 1
    }
    return nil
  }

  /// The last quote above a line that begins a value, if it is not closed on its own line.
  func unclosedQuote(above line: LineScanner.Line) -> (start: Int, line: LineScanner.Line)? {
    var current = line
    while let previous = lines.previousContentLine(before: current), previous.range.start >= range.start {
      let value = lines.parts(of: previous).value
      if !value.isEmpty, source[value.start] == UInt8(ascii: "\"") || source[value.start] == UInt8(ascii: "'") {
        return closingQuote(of: value) == nil ? (value.start, previous) : nil
      }
      current = previous
    }
    return nil
  }

  mutating func mendUnclosedQuote(at start: Int, _ line: LineScanner.Line) -> Bool {
    // Not the content's end: a ` #` behind an open quote is text.
    var end = line.range.end
    while end > start + 1, lines.isSpace(source[end - 1]) { end -= 1 }
    let value = ByteRange(start, end)
    guard repaired.quote(value, text: ByteRange(start + 1, end)) else { return false }
    let mark = SourceText.slice(source, start, start + 1)
    report(
      SyntaxProblem(
        .syntax, value, "this text begins with `\(mark)` and never ends: add the closing `\(mark)`",
        edits: [TextEdit.insert(mark, at: end)]))
    return true
  }

  mutating func mendEscape(_ failure: ReadFailure, _ line: LineScanner.Line) -> Bool {
    guard let start = failure.contextOffset else { return false }
    var end = start + 1
    while end < range.end, source[end] != UInt8(ascii: "\"") {
      end += source[end] == UInt8(ascii: "\\") ? 2 : 1
    }
    end = Swift.min(end + 1, range.end)
    // libyaml names the backslash or what follows it.
    var escape = failure.offset
    if escape > start, escape < range.end, source[escape] != UInt8(ascii: "\\") { escape -= 1 }
    let place = ByteRange(escape, Swift.min(escape + 2, range.end))
    guard repaired.quote(ByteRange(start, end), text: ByteRange(start + 1, end - 1)) else { return false }
    report(
      SyntaxProblem(
        .syntax, place,
        "\(quoted(place)) is no escape in double quotes: write `\\\\` for a backslash, or use single quotes"))
    return true
  }

  mutating func mendMissingColon(_ line: LineScanner.Line, _ parts: LineScanner.Parts) -> Bool {
    // `? ` begins a key that needs no colon on its line; a key that spans lines is none.
    let start = parts.dash != nil || parts.key != nil ? parts.value.start : line.contentStart
    let key = ByteRange(start, line.contentEnd)
    guard !key.isEmpty, parts.key == nil, !lines.isIndicator(source[start]), repaired.complete(key: key) else {
      return parts.key == nil && !parts.value.isEmpty && mendUnquoted(parts.value)
    }
    report(
      SyntaxProblem(
        .syntax, key, "expected a `:` after \(quoted(key)): a key and its value are written `key: value`"))
    return true
  }

  mutating func mendColonInText(
    _ failure: ReadFailure, _ line: LineScanner.Line, _ parts: LineScanner.Parts
  ) -> Bool {
    if parts.key != nil, failure.offset > parts.value.start, !parts.value.isEmpty {
      guard repaired.quote(parts.value, text: parts.value) else { return false }
      let text = SourceText.slice(source, parts.value.start, parts.value.end)
      report(
        SyntaxProblem(
          .unquotedText, parts.value, "`: ` inside a text ends a key in YAML: put `\(text)` in quotes",
          edits: [TextEdit(parts.value, ScalarWriting.doubleQuoted(text))]))
      return true
    }
    return mendIndentation(failure, line, parts)
  }

  mutating func mendTextAfterQuote(_ line: LineScanner.Line, _ parts: LineScanner.Parts) -> Bool {
    guard repaired.quote(parts.value, text: parts.value) else { return false }
    let mark = SourceText.slice(source, parts.value.start, parts.value.start + 1)
    report(
      SyntaxProblem(
        .syntax, parts.value,
        "nothing may follow the closing `\(mark)`: put all of the text in one pair of quotes, and inner quotes as "
          + (mark == "'" ? "`''`" : "`\\\"`")))
    return true
  }

  /// The innermost bracket or brace that is open at an offset, quotes and comments skipped.
  func openBracket(around offset: Int) -> Int? {
    var open: [Int] = []
    var current: LineScanner.Line? = lines.line(at: range.start)
    while let line = current, line.range.start < offset {
      var position = line.contentStart
      while position < Swift.min(line.contentEnd, offset) {
        let byte = source[position]
        let before = position > line.contentStart ? source[position - 1] : 0x20
        // Brackets inside a plain text are letters; inside brackets they never are.
        let begins =
          !open.isEmpty || lines.isSpace(before) && position == lines.parts(of: line).value.start
          || position == line.contentStart
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'"), begins || lines.isSpace(before) {
          var end = position + 1
          while end < line.contentEnd, source[end] != byte {
            end += source[end] == UInt8(ascii: "\\") && byte == UInt8(ascii: "\"") ? 2 : 1
          }
          if end < line.contentEnd { position = end }
        } else if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{"), begins {
          open.append(position)
        } else if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}"), !open.isEmpty {
          open.removeLast()
        }
        position += 1
      }
      current = lines.next(after: line)
    }
    return open.last
  }

  /// The text between the separators around an offset in brackets that are closed.
  func flowItem(at offset: Int, in bracket: Int) -> ByteRange? {
    guard let close = lines.matchingBracket(from: bracket) else { return nil }
    var start = offset
    while start > bracket + 1, source[start - 1] != UInt8(ascii: ",") { start -= 1 }
    while start < offset, lines.isSpace(source[start]) || lines.isBreak(source[start]) { start += 1 }
    var end = offset
    while end < close - 1, source[end] != UInt8(ascii: ","), !lines.isBreak(source[end]) { end += 1 }
    while end > start, lines.isSpace(source[end - 1]) { end -= 1 }
    return end > start ? ByteRange(start, end) : nil
  }

  mutating func mendUnclosedBracket(at start: Int, _ line: LineScanner.Line) -> Bool {
    // Lines below that begin no key and no item belong to what was opened.
    var end = line.contentEnd
    var current = line
    while let next = lines.next(after: current) {
      let parts = lines.parts(of: next)
      if !next.isBlank, parts.key != nil || parts.dash != nil || next.indentation <= line.indentation { break }
      if !next.isBlank { end = next.contentEnd }
      current = next
    }
    let value = ByteRange(start, Swift.max(start + 1, end))
    guard repaired.quote(value, text: value) else { return false }
    let isList = source[start] == UInt8(ascii: "[")
    report(
      SyntaxProblem(
        .syntax, ByteRange(start, start + 1),
        isList ? "this `[` is never closed: add `]`" : "this `{` is never closed: add `}`"))
    return true
  }

  mutating func mendBracket(
    _ failure: ReadFailure, _ line: LineScanner.Line, _ parts: LineScanner.Parts
  ) -> Bool {
    guard let end = lines.matchingBracket(from: parts.value.start) else {
      return mendUnclosedBracket(at: parts.value.start, line)
    }
    if end < parts.value.end {
      // `[a-z]* x`: closed, and text goes on.
      return mendUnquoted(parts.value)
    }
    if failure.offset > parts.value.start, failure.offset < end {
      let value = ByteRange(parts.value.start, end)
      guard repaired.quote(value, text: value) else { return false }
      report(
        SyntaxProblem(
          .syntax, ByteRange(failure.offset, Swift.min(failure.offset + 1, end)),
          "expected `,` or a closing bracket here: entries are separated by commas, and text with `: `, brackets or "
            + "commas needs quotes"))
      return true
    }
    return false
  }
}

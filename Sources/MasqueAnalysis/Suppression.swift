import MasqueModel
import SourceText
import YAMLSyntax

/// A comment that hides findings: `# masque-lint: disable-next-line CODE[, CODE] -- reason`, `disable-line` for the
/// comment's own line, `disable-file` for the whole file.
struct Suppression: Sendable, Hashable {
  /// A code and its place in the comment.
  struct Code: Sendable, Hashable {
    /// The code that is hidden: of a misspelt one, the one that was meant.
    var code: String
    var range: ByteRange
    /// Whether something is wrong with the comment or the code, which is a finding of its own.
    var isMisspelt = false
  }

  /// The codes; never empty.
  var codes: [Code]
  /// The bytes in which hidden findings begin; nil where no line follows.
  var target: ByteRange?
  /// The directive, from its `#` to the end of its line.
  var range: ByteRange
  /// What goes when the directive goes: its line, or the blanks before it.
  var removal: ByteRange

  func hides(_ finding: Finding) -> Bool { target?.touches(finding.range.start) ?? false }
}

/// Takes out the findings that comments hide, and adds one for each comment that hides nothing.
///
/// - Parameters:
///   - suppressions: the comments.
///   - all: the findings.
///   - options: which findings are wanted: a code that is not cannot be judged.
///   - isLibraryKnown: whether `all` has the library's findings.
/// - Returns: what remains, sorted.
func apply(
  _ suppressions: [Suppression], to all: [Finding], _ options: RuleOptions, isLibraryKnown: Bool
) -> [Finding] {
  var used: Set<ByteRange> = []
  func isShown(_ finding: Finding) -> Bool {
    var isShown = true
    for suppression in suppressions where suppression.hides(finding) {
      for code in suppression.codes where code.code == finding.code {
        used.insert(code.range)
        isShown = false
      }
    }
    return isShown
  }
  var result = all.filter(isShown)
  let optional = Set(optionalRules.map { $0.description.code })
  func isJudged(_ code: Suppression.Code) -> Bool {
    !code.isMisspelt && !code.code.hasPrefix("suppression-") && (isLibraryKnown || !libraryCodes.contains(code.code))
      && options.wants(code.code, isOnByDefault: !optional.contains(code.code))
  }
  guard options.wants(suppressionUnused.code) else { return result.sorted(by: precedes) }
  for suppression in suppressions {
    let unused = suppression.codes.filter { isJudged($0) && !used.contains($0.range) }
    guard !unused.isEmpty else { continue }
    let finding = unusedFinding(unused, of: suppression)
    if isShown(finding) { result.append(finding) }
  }
  return result.sorted(by: precedes)
}

private func unusedFinding(_ unused: [Suppression.Code], of suppression: Suppression) -> Finding {
  let names = listing(unused.map(\.code), "or")
  let isWhole = unused.count == suppression.codes.count
  let message =
    "there is no \(names) to hide: remove \(isWhole ? "the comment" : unused.count == 1 ? "the code" : "the codes")"
  let fix: Fix
  if isWhole {
    fix = Fix("Remove the comment", [.delete(suppression.removal)])
  } else {
    // A code goes with the comma that parts it from a code that stays.
    var edits: [TextEdit] = []
    let codes = suppression.codes
    let kept = codes.map { code in !unused.contains { $0.range == code.range } }
    let firstKept = kept.firstIndex(of: true) ?? 0
    for index in codes.indices where !kept[index] {
      edits.append(
        .delete(
          index < firstKept
            ? ByteRange(codes[index].range.start, codes[index + 1].range.start)
            : ByteRange(codes[index - 1].range.end, codes[index].range.end)))
    }
    fix = Fix("Remove \(names) from the comment", edits)
  }
  return Finding(
    suppressionUnused.code, suppressionUnused.severity, isWhole ? suppression.range : unused[0].range, message,
    fixes: [fix], tags: [.unnecessary])
}

// MARK: Reading

private let marker: StaticString = "masque-lint"

/// What comments say to the linter.
struct Directives: Sendable {
  /// The comments that hide findings.
  var suppressions: [Suppression] = []
  /// The comments that hold the intent to a phrase.
  var expectations: [Expectation] = []
  /// What is wrong with either.
  var findings: [Finding] = []
}

/// The comments that speak to the linter. Costs a look at the first letters of each comment where there is none.
func readDirectives(in syntax: SyntaxTree) -> Directives {
  var result = Directives()
  guard !syntax.comments.isEmpty else { return result }
  var starts: [(hash: Int, end: Int)] = []
  syntax.text.bytes.withUnsafeBufferPointer { bytes in
    for comment in syntax.comments where comment.end <= bytes.count {
      if let hash = directive(in: bytes, comment) { starts.append((hash, comment.end)) }
    }
  }
  for (hash, end) in starts {
    var reader = DirectiveReader(syntax, hash, end)
    switch reader.read() {
    case .suppression(let suppression): result.suppressions.append(suppression)
    case .expectation(let verb):
      let (expectation, findings) = readExpectation(in: syntax.text, reader.range, after: verb)
      if let expectation { result.expectations.append(expectation) }
      result.findings += findings
    case nil: break
    }
    result.findings += reader.findings
  }
  return result
}

/// The `#` of the directive in a comment. It may stand behind other text, as a comment in the comment.
private func directive(in bytes: UnsafeBufferPointer<UInt8>, _ comment: ByteRange) -> Int? {
  var hash = comment.start
  while hash < comment.end {
    var position = hash + 1
    while position < comment.end, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
    if comment.end - position >= marker.utf8CodeUnitCount, bytes[position] == marker.utf8Start[0],
      marker.withUTF8Buffer({ $0.elementsEqual(bytes[position..<(position + $0.count)]) })
    {
      return hash
    }
    while position < comment.end, bytes[position] != UInt8(ascii: "#") { position += 1 }
    hash = position
  }
  return nil
}

/// Reads one directive.
private struct DirectiveReader {
  let syntax: SyntaxTree
  let bytes: [UInt8]
  let range: ByteRange
  var position: Int
  /// What is wrong with it.
  var findings: [Finding] = []
  /// Whether something is wrong with the directive itself.
  var isMalformed = false

  private static let verbs = ["disable-next-line", "disable-line", "disable-file"]

  init(_ syntax: SyntaxTree, _ hash: Int, _ end: Int) {
    self.syntax = syntax
    bytes = syntax.text.bytes
    var end = end
    while end > hash, isBlank(bytes[end - 1]) { end -= 1 }
    range = ByteRange(hash, end)
    position = hash + 1
    while position < end, isBlank(bytes[position]) { position += 1 }
    position += marker.utf8CodeUnitCount
  }

  enum Directive {
    case suppression(Suppression)
    /// `expect`, which ends at an offset.
    case expectation(after: Int)
  }

  mutating func read() -> Directive? {
    let hasColon = position < range.end && bytes[position] == UInt8(ascii: ":")
    let afterMarker = position
    if hasColon { position += 1 }
    skipBlanks()
    let word = nextWord()
    var verb = text(word)
    if !hasColon {
      // People write about the program, too.
      guard word.start > afterMarker, verb.hasPrefix("disable") || verb == "expect" else { return nil }
      complain(
        "a colon is missing: write `masque-lint: \(verb)`", ByteRange(range.start, word.end),
        fix: Fix("Add the colon", [.insert(":", at: afterMarker)]))
    }
    if verb == "expect" { return .expectation(after: word.end) }
    if !Self.verbs.contains(verb) {
      let nearest = nearestSpelling(of: verb, among: Self.verbs + ["expect"])
      if hasColon { complain(aboutVerb: verb, word, nearest) }
      guard let nearest, nearest != "expect" else { return nil }
      verb = nearest
    }
    var codes = readCodes()
    if codes.isEmpty { return nil }
    if isMalformed { for index in codes.indices { codes[index].isMisspelt = true } }
    let target =
      switch verb {
      case "disable-file": ByteRange(0, bytes.count)
      case "disable-line": line(around: range.start)
      default: nextLine()
      }
    return .suppression(Suppression(codes: codes, target: target, range: range, removal: removal()))
  }

  private mutating func complain(aboutVerb verb: String, _ word: ByteRange, _ nearest: String?) {
    let message: String
    if verb.isEmpty {
      message = "this comment says nothing to masque-lint: use \(listing(Self.verbs, "or")), and a code"
    } else if let nearest {
      message = "`\(verb)` is no directive of masque-lint: did you mean `\(nearest)`?"
    } else {
      message = "`\(verb)` is no directive of masque-lint: use \(listing(Self.verbs, "or"))"
    }
    complain(
      message, word.isEmpty ? range : word,
      fix: nearest.map { Fix("Change it to `\($0)`", [TextEdit(word, $0)]) })
  }

  /// The codes up to the reason; what is wrong with the list is reported.
  private mutating func readCodes() -> [Suppression.Code] {
    var codes: [Suppression.Code] = []
    var needsComma = false
    while true {
      skipBlanks()
      while position < range.end, bytes[position] == UInt8(ascii: ",") {
        position += 1
        needsComma = false
        skipBlanks()
      }
      guard position < range.end else { break }
      let word = nextWord(until: UInt8(ascii: ","))
      let code = text(word)
      if code.hasPrefix("--") { break }
      if needsComma {
        let isCode = isKnownCode(code)
        complain(
          isCode
            ? "codes are parted by commas: put one before `\(code)`"
            : "`\(code)` is no code: a reason stands behind `--`",
          word,
          fix: isCode
            ? Fix("Add the comma", [.insert(",", at: codes.last?.range.end ?? word.start)])
            : Fix("Put `--` before the reason", [.insert("-- ", at: word.start)]))
        if !isCode { break }
      }
      needsComma = true
      if isKnownCode(code) {
        if !codes.contains(where: { $0.code == code }) { codes.append(.init(code: code, range: word)) }
        continue
      }
      let nearest = nearestSpelling(of: code, among: knownCodes)
      findings.append(
        Finding(
          suppressionUnknownCode.code, suppressionUnknownCode.severity, word,
          "`\(code)` is no code: "
            + (nearest.map { "did you mean `\($0)`?" }
              ?? "codes look like `schema-enum`, and each finding shows its own"),
          fixes: nearest.map { [Fix("Change it to `\($0)`", [TextEdit(word, $0)])] } ?? []))
      codes.append(.init(code: nearest ?? code, range: word, isMisspelt: true))
    }
    if codes.isEmpty {
      complain(
        "this comment names no code, so it hides nothing: write the code of the finding behind it", range, fix: nil)
    }
    return codes
  }

  private mutating func complain(_ message: String, _ range: ByteRange, fix: Fix?) {
    isMalformed = true
    findings.append(
      Finding(
        suppressionSyntax.code, suppressionSyntax.severity, range, message, fixes: fix.map { [$0] } ?? []))
  }

  // MARK: Text

  private mutating func skipBlanks() {
    while position < range.end, isBlank(bytes[position]) { position += 1 }
  }

  private mutating func nextWord(until stop: UInt8 = 0x20) -> ByteRange {
    let start = position
    while position < range.end, !isBlank(bytes[position]), bytes[position] != stop { position += 1 }
    return ByteRange(start, position)
  }

  private func text(_ range: ByteRange) -> String { syntax.text[range] }

  private func line(around offset: Int) -> ByteRange {
    var start = offset
    while start > 0, !isBreak(bytes[start - 1]) { start -= 1 }
    var end = offset
    while end < bytes.count, !isBreak(bytes[end]) { end += 1 }
    return ByteRange(start, end)
  }

  /// The next line that is neither blank nor a comment: several directives may stand above it.
  private func nextLine() -> ByteRange? {
    var start = range.end
    while true {
      while start < bytes.count, !isBreak(bytes[start]) { start += 1 }
      if start < bytes.count, bytes[start] == 0x0D, start + 1 < bytes.count, bytes[start + 1] == 0x0A { start += 1 }
      start += 1
      guard start < bytes.count else { return nil }
      let line = line(around: start)
      guard let first = bytes[line.start..<line.end].first(where: { !isBlank($0) }) else {
        start = line.end
        continue
      }
      if first != UInt8(ascii: "#") { return line }
      start = line.end
    }
  }

  private func removal() -> ByteRange {
    let line = line(around: range.start)
    if bytes[line.start..<range.start].allSatisfy(isBlank) {
      var end = line.end
      if end < bytes.count, bytes[end] == 0x0D { end += 1 }
      if end < bytes.count, bytes[end] == 0x0A { end += 1 }
      return ByteRange(line.start, end)
    }
    var start = range.start
    while start > line.start, isBlank(bytes[start - 1]) { start -= 1 }
    return ByteRange(start, line.end)
  }
}

private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
private func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

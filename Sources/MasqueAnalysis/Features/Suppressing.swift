import DocumentTree
import SourceText
import YAMLSyntax

/// The comments that would hide a finding: one for its line, one for the file. A comment that hides other findings of the
/// same place already takes the code in. There is none for what is no YAML, for the comments themselves, and, as for the
/// line, inside of texts.
///
/// - Parameters:
///   - finding: the finding.
///   - snapshot: the masque that it is about.
/// - Returns: the changes, that of the line first.
public func suppressions(of finding: Finding, in snapshot: Snapshot) -> [Fix] {
  guard !finding.code.hasPrefix("suppression-"), !unhidable.contains(finding.code) else { return [] }
  let scanner = CursorScanner(
    snapshot: snapshot, offset: min(max(finding.range.start, 0), snapshot.text.count))
  return [
    scanner.editHidingLine(finding.code).map { Fix("Hide `\(finding.code)` on this line", [$0], .unsafe) },
    scanner.editHidingFile(finding.code).map { Fix("Hide `\(finding.code)` in this file", [$0], .unsafe) },
  ].compactMap { $0 }
}

/// What makes a file unreadable: hiding it would hide that other findings are missing.
private let unhidable: Set<String> = [
  "yaml-syntax", "yaml-encoding", "yaml-conflict-marker", "yaml-multiple-documents", "yaml-tab-indent",
]

extension CursorScanner {
  fileprivate func editHidingLine(_ code: String) -> TextEdit? {
    let current = line(at: offset)
    guard !current.isBlank, bytes[current.contentStart] != UInt8(ascii: "#"),
      bytes[current.start..<current.contentStart].allSatisfy({ $0 == 0x20 }), !isInsideScalar(current.start)
    else { return nil }
    if let comment = snapshot.syntax.comments.first(where: { $0.start >= current.start }), comment.end <= current.end,
      let place = endOfCodes(of: "disable-line", in: comment)
    {
      return .insert(", \(code)", at: place)
    }
    // Comments above the line, up to the next text.
    var above = line(before: current)
    while let line = above, line.isBlank || bytes[line.contentStart] == UInt8(ascii: "#") {
      if !line.isBlank, let place = endOfCodes(of: "disable-next-line", in: ByteRange(line.contentStart, line.end)) {
        return .insert(", \(code)", at: place)
      }
      above = self.line(before: line)
    }
    let indent = String(repeating: " ", count: current.indentation)
    return .insert(
      "\(indent)# masque-lint: disable-next-line \(code)\(snapshot.syntax.lineBreak)", at: current.start)
  }

  fileprivate func editHidingFile(_ code: String) -> TextEdit? {
    for comment in snapshot.syntax.comments {
      if let place = endOfCodes(of: "disable-file", in: comment) { return .insert(", \(code)", at: place) }
    }
    return .insert(
      "# masque-lint: disable-file \(code)\(snapshot.syntax.lineBreak)", at: snapshot.text.byteOrderMarkLength)
  }

  /// Whether a line goes on with a text that began above it, where no comment can stand.
  private func isInsideScalar(_ lineStart: Int) -> Bool {
    guard let id = tree.node(at: lineStart) else { return false }
    let node = tree[id]
    return node.kind == .scalar && Int(node.start) < lineStart && lineStart < Int(node.end)
  }

  /// The end of the codes in a comment that is this directive and has some: before its reason.
  private func endOfCodes(of verb: String, in comment: ByteRange) -> Int? {
    let text = snapshot.text[comment]
    guard let marker = text.range(of: "masque-lint:"),
      text[..<marker.lowerBound].allSatisfy({ $0 == "#" || $0 == " " || $0 == "\t" })
    else { return nil }
    let words = text[marker.upperBound...].drop { $0 == " " || $0 == "\t" }
    guard words.hasPrefix(verb) else { return nil }
    var codes = words.dropFirst(verb.count)
    guard codes.first == " " || codes.first == "\t" else { return nil }
    if let reason = codes.range(of: " --") { codes = codes[..<reason.lowerBound] }
    while let last = codes.last, last == " " || last == "\t" || last == "," { codes.removeLast() }
    guard codes.contains(where: { $0 != " " && $0 != "\t" }) else { return nil }
    return comment.start + text[..<codes.endIndex].utf8.count
  }
}

extension StringProtocol {
  /// The first place of a text in this one.
  fileprivate func range(of text: String) -> Range<Index>? {
    ranges(of: text).first
  }
}

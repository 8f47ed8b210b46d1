import MasqueAnalysis
import MasqueWorkspace
import SourceText
import TerminalOutput

/// Findings for people: the place in a form that terminals and editors can follow, the line, a caret run, related
/// places, and what would mend it.
struct TextReport: Report {
  let style: Style
  let columns: Int
  let files: any Files

  var separator: String { "\n" }

  func append(_ file: CheckedFile, to output: inout [UInt8]) {
    guard !file.findings.isEmpty else { return }
    let path = file.path.description
    var lines = SourceLines(file.text)
    var others: [String: SourceLines] = [:]
    for (number, finding) in file.findings.enumerated() {
      if number > 0 { output.append(UInt8(ascii: "\n")) }
      output.append(contentsOf: text(of: finding, path, &lines, &others).utf8)
    }
  }

  private func text(
    of finding: Finding, _ path: String, _ lines: inout SourceLines, _ others: inout [String: SourceLines]
  ) -> String {
    let place = lines.place(of: finding.range.start)
    let related = finding.related.map { other -> (note: String, range: ByteRange, lines: SourceLines?, line: Int) in
      let message = printable(other.message)
      guard let otherPath = other.path, otherPath != path else {
        let place = lines.place(of: other.range.start)
        return ("\(path):\(place.line):\(place.column): \(message)", other.range, lines, place.line)
      }
      if others[otherPath] == nil { others[otherPath] = readLines(of: otherPath, in: files) }
      guard var otherLines = others[otherPath] else { return ("\(otherPath): \(message)", other.range, nil, 1) }
      let place = otherLines.place(of: other.range.start)
      return ("\(otherPath):\(place.line):\(place.column): \(message)", other.range, otherLines, place.line)
    }
    let gutter = related.reduce(String(place.line).count) { max($0, String($1.line).count) }
    let blank = String(repeating: " ", count: gutter)
    let room = columns - gutter - 3

    let label = style.severity(finding.severity, "\(finding.severity.rawValue)[\(finding.code)]")
    var result = "\(style.bold("\(path):\(place.line):\(place.column):")) \(label): \(printable(finding.message))\n"
    if !lines.text.bytes.isEmpty {
      let excerpt = Excerpt(finding.range, in: lines, columns: room)
      excerpt.append(
        gutter, marked: style.severity(finding.severity, carets(excerpt, "^")), style, to: &result)
    }
    for other in related {
      result += "\(blank) \(style.frame("=")) note: \(other.note)\n"
      if let otherLines = other.lines {
        let excerpt = Excerpt(other.range, in: otherLines, columns: room)
        excerpt.append(gutter, marked: style.frame(carets(excerpt, "-")), style, to: &result)
      }
    }
    for fix in finding.fixes.prefix(maximumFixes) {
      let kind =
        switch fix.applicability {
        case .safe: "fix"
        case .unsafe: "unsafe fix"
        case .displayOnly: "help"
        }
      result += "\(blank) \(style.frame("=")) \(style.help(kind)): \(printable(fix.title))\n"
    }
    return result
  }

  private func carets(_ excerpt: Excerpt, _ mark: String) -> String {
    String(repeating: mark, count: excerpt.width)
  }
}

/// More than that many ways out are no help.
private let maximumFixes = 3

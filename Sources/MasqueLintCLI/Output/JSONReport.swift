import JSON
import MasqueAnalysis
import MasqueWorkspace
import SourceText
import TerminalOutput

/// Findings for programs: one object, one finding per line.
struct JSONReport: Report {
  let files: any Files

  var head: String { "{\"version\": 1, \"findings\": [" }
  var separator: String { "," }
  var hasSummaryLine: Bool { false }

  func append(_ file: CheckedFile, to output: inout [UInt8]) {
    guard !file.findings.isEmpty else { return }
    let path = file.path.description
    var lines = SourceLines(file.text)
    var others: [String: SourceLines] = [:]
    for (number, finding) in file.findings.enumerated() {
      if number > 0 { output.append(UInt8(ascii: ",")) }
      output.append(UInt8(ascii: "\n"))
      output.append(contentsOf: json(finding, path, &lines, &others).serialized(.line))
    }
  }

  func tail(_ summary: Summary) -> String {
    let errors = summary.errors.map { error -> JSONValue in
      ["file": .string(error.path.description), "message": .string(error.message)]
    }
    var codes = JSONObject()
    for (code, count) in summary.codes.sorted(by: { $0.key < $1.key }) {
      codes[code] = .integer(Int64(count.count))
    }
    var numbers: JSONObject = ["files": .integer(Int64(summary.files)), "findings": .integer(Int64(summary.findings))]
    for severity in Severity.allCases.reversed() {
      numbers[severity.rawValue] = .integer(Int64(summary.severities[severity] ?? 0))
    }
    numbers["fixable"] = .integer(Int64(summary.safelyFixable))
    numbers["fixed"] = .integer(Int64(summary.fixed))
    numbers["codes"] = .object(codes)
    let errorText = JSONValue.array(errors).text(.line)
    return "\(summary.findings > 0 ? "\n" : "")], \"errors\": \(errorText), \"summary\": "
      + JSONValue.object(numbers).text(.line) + "}\n"
  }

  private func json(
    _ finding: Finding, _ path: String, _ lines: inout SourceLines, _ others: inout [String: SourceLines]
  ) -> JSONValue {
    let related = finding.related.map { other -> JSONValue in
      var result: JSONObject = ["file": .string(other.path ?? path)]
      if let otherPath = other.path, otherPath != path {
        if others[otherPath] == nil { others[otherPath] = readLines(of: otherPath, in: files) }
        if var otherLines = others[otherPath] {
          result["range"] = json(other.range, &otherLines)
          others[otherPath] = otherLines
        }
      } else {
        result["range"] = json(other.range, &lines)
      }
      result["message"] = .string(other.message)
      return .object(result)
    }
    return [
      "code": .string(finding.code), "severity": .string(finding.severity.rawValue),
      "message": .string(finding.message), "file": .string(path), "range": json(finding.range, &lines),
      "related": .array(related),
      "fixes": .array(
        finding.fixes.map { fix in
          [
            "title": .string(fix.title), "applicability": .string(fix.applicability.rawValue),
            "edits": .array(
              fix.edits.map { ["range": json($0.range, &lines), "replacement": .string($0.replacement)] }),
          ]
        }),
    ]
  }

  private func json(_ range: ByteRange, _ lines: inout SourceLines) -> JSONValue {
    let start = lines.place(of: range.start)
    return ["start": json(start), "end": json(lines.place(of: range.end))]
  }

  private func json(_ place: Place) -> JSONValue {
    [
      "line": .integer(Int64(place.line)), "column": .integer(Int64(place.column)),
      "offset": .integer(Int64(place.offset)),
    ]
  }
}

import JSON
import MasqueAnalysis
import MasqueWorkspace
import SourceText
import TerminalOutput

/// One line per finding, for editors and `grep`: `path:line:column: severity code message`.
struct CompactReport: Report {
  func append(_ file: CheckedFile, to output: inout [UInt8]) {
    guard !file.findings.isEmpty else { return }
    let path = file.path.description
    var lines = SourceLines(file.text)
    for finding in file.findings {
      let place = lines.place(of: finding.range.start)
      let line =
        "\(path):\(place.line):\(place.column): \(finding.severity.rawValue) \(finding.code) \(printable(finding.message))\n"
      output.append(contentsOf: line.utf8)
    }
  }
}

/// Workflow commands that GitHub Actions shows as annotations.
struct GitHubReport: Report {
  let paths: ProjectPaths

  func append(_ file: CheckedFile, to output: inout [UInt8]) {
    guard !file.findings.isEmpty else { return }
    let path = paths.name(of: file.path)
    var lines = SourceLines(file.text)
    for finding in file.findings {
      let start = lines.place(of: finding.range.start)
      let end = lines.place(of: finding.range.end)
      var properties = [("file", path), ("line", "\(start.line)")]
      // GitHub shows columns only where start and end are on one line.
      if start.line == end.line {
        properties += [("col", "\(start.column)"), ("endLine", "\(end.line)"), ("endColumn", "\(end.column)")]
      } else {
        properties.append(("endLine", "\(end.line)"))
      }
      properties.append(("title", "masque-lint (\(finding.code))"))
      let message = "\(path):\(start.line):\(start.column): \(finding.code) \(finding.message)"
      let list = properties.map { "\($0.0)=\(escaped($0.1, isProperty: true))" }.joined(separator: ",")
      output.append(contentsOf: "::\(command(finding.severity)) \(list)::\(escaped(message))\n".utf8)
    }
  }

  func tail(_ summary: Summary) -> String {
    summary.errors.map { error in
      let path = paths.name(of: error.path)
      return
        "::error file=\(escaped(path, isProperty: true)),title=masque-lint::\(escaped("\(path): \(error.message)"))\n"
    }.joined()
  }

  private func command(_ severity: Severity) -> String {
    switch severity {
    case .error: "error"
    case .warning: "warning"
    case .information, .hint: "notice"
    }
  }

  private func escaped(_ text: String, isProperty: Bool = false) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": result += "%25"
      case "\r": result += "%0D"
      case "\n": result += "%0A"
      case ":" where isProperty: result += "%3A"
      case "," where isProperty: result += "%2C"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// GitLab's code quality report: a JSON array with one finding per line.
struct GitLabReport: Report {
  let paths: ProjectPaths

  var head: String { "[" }
  var separator: String { "," }

  func append(_ file: CheckedFile, to output: inout [UInt8]) {
    guard !file.findings.isEmpty else { return }
    let path = paths.path(of: file.path)
    let name = path.description
    var lines = SourceLines(file.text)
    let marks = fingerprints(of: file.findings, path, in: lines)
    for (number, finding) in file.findings.enumerated() {
      if number > 0 { output.append(UInt8(ascii: ",")) }
      output.append(UInt8(ascii: "\n"))
      let start = lines.place(of: finding.range.start)
      let end = lines.place(of: finding.range.end)
      let value: JSONValue = [
        "description": .string("\(finding.code): \(finding.message)"), "check_name": .string(finding.code),
        "fingerprint": .string(marks[number]), "severity": .string(severity(finding.severity)),
        "location": [
          "path": .string(name),
          "positions": ["begin": position(start), "end": position(end)],
          "lines": ["begin": .integer(Int64(start.line)), "end": .integer(Int64(end.line))],
        ],
      ]
      output.append(contentsOf: value.serialized(.line))
    }
  }

  func tail(_ summary: Summary) -> String { summary.findings > 0 ? "\n]\n" : "]\n" }

  private func position(_ place: Place) -> JSONValue {
    ["line": .integer(Int64(place.line)), "column": .integer(Int64(place.column))]
  }

  private func severity(_ severity: Severity) -> String {
    switch severity {
    case .error: "major"
    case .warning: "minor"
    case .information, .hint: "info"
    }
  }
}

import MasqueAnalysis
import MasqueWorkspace
import SourceText
import TerminalOutput

/// JUnit's XML: a test case per file, which fails if the file has findings that make the run fail.
struct JUnitReport: Report {
  var isHeldBack: Bool { true }

  func head(for summary: Summary) -> String {
    let numbers =
      "tests=\"\(summary.files)\" failures=\"\(summary.filesFailing)\" errors=\"\(summary.errors.count)\""
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="masque-lint" \(numbers)>
      <testsuite name="masque-lint" \(numbers)>

      """
  }

  func append(_ file: CheckedFile, to output: inout [UInt8]) {
    // What could not be read is among the errors at the end.
    if !file.errors.isEmpty, file.findings.isEmpty { return }
    let path = xml(file.path.description)
    var text = "<testcase classname=\"masque-lint\" name=\"\(path)\" file=\"\(path)\""
    if file.findings.isEmpty {
      output.append(contentsOf: (text + "/>\n").utf8)
      return
    }
    var lines = SourceLines(file.text)
    let details = file.findings.map { finding in
      let place = lines.place(of: finding.range.start)
      return xml("\(place.line):\(place.column): \(finding.severity.rawValue) \(finding.code) \(finding.message)")
    }
    let failing = file.findings.filter { $0.severity >= file.failOn }
    if let first = failing.first {
      let message =
        failing.count == 1 ? first.message : "\(counted(failing.count, "finding")), the first: \(first.message)"
      text +=
        ">\n<failure type=\"\(xml(first.code))\" message=\"\(xml(message))\">\(details.joined(separator: "\n"))</failure>"
    } else {
      text += ">\n<system-out>\(details.joined(separator: "\n"))</system-out>"
    }
    output.append(contentsOf: (text + "\n</testcase>\n").utf8)
  }

  func tail(_ summary: Summary) -> String {
    let errors = summary.errors.map { error in
      let path = xml(error.path.description)
      return "<testcase classname=\"masque-lint\" name=\"\(path)\" file=\"\(path)\">\n"
        + "<error type=\"file\" message=\"\(xml(error.message))\"/>\n</testcase>\n"
    }
    return errors.joined() + "</testsuite>\n</testsuites>\n"
  }
}

/// A text as XML 1.0 can hold it, in an attribute or between tags. Characters that XML has no way to write become U+FFFD.
private func xml(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "\n", "\t", "\r": result += "&#\(scalar.value);"
    default:
      switch scalar.value {
      case 0..<0x20, 0xFFFE, 0xFFFF: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
  return result
}

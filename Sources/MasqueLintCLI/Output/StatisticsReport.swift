import MasqueAnalysis
import TerminalOutput

/// How often each code occurs, the most frequent first.
struct StatisticsReport: Report {
  let usesColor: Bool

  func append(_ file: CheckedFile, to output: inout [UInt8]) {}

  func tail(_ summary: Summary) -> String {
    let style = Style(usesColor)
    let rows = summary.codes.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
    let digits = rows.reduce(0) { max($0, String($1.value.count).count) }
    let width = rows.reduce(0) { max($0, $1.key.count) }
    var result = ""
    for (code, count) in rows {
      let number = String(count.count)
      let padding = String(repeating: " ", count: digits - number.count)
      let label = style.severity(count.severity, count.severity.rawValue)
      result += "\(padding)\(number)  \(code)\(String(repeating: " ", count: width - code.count))  \(label)"
      if count.fixable > 0 { result += ", \(count.fixable) with a safe fix" }
      result += "\n"
    }
    return result
  }
}

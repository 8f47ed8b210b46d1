import MasqueAnalysis
import MasqueWorkspace

/// A form in which findings are written. What a file gives is made on whichever thread checked it, in any order; the
/// parts are put together in the order of the files.
protocol Report: Sendable {
  /// What comes before all files.
  var head: String { get }
  /// What comes between two files that have something to show.
  var separator: String { get }
  /// Appends what there is to show of a file; nothing if there is nothing.
  func append(_ file: CheckedFile, to output: inout [UInt8])
  /// What comes after all files.
  func tail(_ summary: Summary) -> String
  /// Whether nothing can be written before all files are checked, because `head(for:)` needs their numbers.
  var isHeldBack: Bool { get }
  /// What comes before all files, for a report that is held back.
  func head(for summary: Summary) -> String
  /// Whether the summary for people goes to standard error as well.
  var hasSummaryLine: Bool { get }
}

extension Report {
  var head: String { "" }
  var separator: String { "" }
  var isHeldBack: Bool { false }
  func head(for summary: Summary) -> String { head }
  var hasSummaryLine: Bool { true }
  func tail(_ summary: Summary) -> String { "" }
}

/// What a run found, in numbers.
struct Summary: Sendable {
  /// How many files were looked at, unreadable ones included.
  var files = 0
  /// How many of them have findings.
  var filesWithFindings = 0
  /// How many have findings that make the run fail.
  var filesFailing = 0
  /// How often each severity occurs.
  var severities: [Severity: Int] = [:]
  /// How often each code occurs.
  var codes: [String: CodeCount] = [:]
  /// How many of the findings have a safe fix.
  var safelyFixable = 0
  /// How many of the others have an unsafe one.
  var unsafelyFixable = 0
  /// How many findings were mended, and in how many files.
  var fixed = 0
  /// How many files were changed, or would be.
  var filesFixed = 0
  /// What could not be read or written.
  var errors: [FileError] = []

  /// How often a code occurs.
  struct CodeCount: Sendable {
    var severity: Severity
    var count = 0
    var fixable = 0
  }

  /// The number of findings.
  var findings: Int { severities.values.reduce(0, +) }

  mutating func add(_ file: CheckedFile) {
    files += 1
    errors += file.errors
    if file.fixedCount > 0 {
      fixed += file.fixedCount
      filesFixed += 1
    }
    guard !file.findings.isEmpty else { return }
    filesWithFindings += 1
    filesFailing += file.findings.contains { $0.severity >= file.failOn } ? 1 : 0
    for finding in file.findings {
      severities[finding.severity, default: 0] += 1
      let isSafe = finding.fixes.contains { $0.applicability == .safe && !$0.edits.isEmpty }
      let isUnsafe = !isSafe && finding.fixes.contains { $0.applicability == .unsafe && !$0.edits.isEmpty }
      safelyFixable += isSafe ? 1 : 0
      unsafelyFixable += isUnsafe ? 1 : 0
      var count = codes[finding.code] ?? CodeCount(severity: finding.severity)
      count.severity = max(count.severity, finding.severity)
      count.count += 1
      count.fixable += isSafe ? 1 : 0
      codes[finding.code] = count
    }
  }

  mutating func add(_ other: Summary) {
    files += other.files
    filesWithFindings += other.filesWithFindings
    filesFailing += other.filesFailing
    severities.merge(other.severities, uniquingKeysWith: +)
    codes.merge(other.codes) {
      CodeCount(severity: max($0.severity, $1.severity), count: $0.count + $1.count, fixable: $0.fixable + $1.fixable)
    }
    safelyFixable += other.safelyFixable
    unsafelyFixable += other.unsafelyFixable
    fixed += other.fixed
    filesFixed += other.filesFixed
    errors += other.errors
  }
}

/// "1 error", "2 errors".
func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
  "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}

extension Severity {
  /// The severities with how often they occur: "3 errors, 1 warning".
  static func list(_ counts: [Severity: Int]) -> String {
    Severity.allCases.reversed().compactMap { severity in
      guard let count = counts[severity], count > 0 else { return nil }
      return severity == .information ? "\(count) information" : counted(count, severity.rawValue)
    }.joined(separator: ", ")
  }
}

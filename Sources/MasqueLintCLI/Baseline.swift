import JSON
import MasqueAnalysis
import MasqueWorkspace
import SourceText
import Synchronization
import TerminalOutput

/// The findings that a project has decided to live with for now, by their fingerprints.
struct Baseline: Sendable {
  private var fingerprints: Set<String> = []

  /// The most bytes that a baseline may have.
  private static let maximumLength = 256 << 20

  init() {}

  /// Reads a baseline.
  ///
  /// - Throws: why it could not be read.
  init(_ path: FilePath, in files: any Files) throws(FileError) {
    let bytes = try files.read(path, maximumLength: Self.maximumLength)
    guard let json = try? JSONValue(parsing: bytes), json["version"] == 1,
      let findings = json["findings"]?.arrayValue
    else {
      throw FileError(path, .system(0), "is no baseline of this version; write it anew with --write-baseline")
    }
    fingerprints = Set(findings.compactMap { $0["fingerprint"]?.stringValue })
  }

  /// The findings that are not known.
  ///
  /// - Parameters:
  ///   - findings: all findings of a file.
  ///   - path: the file as the project names it.
  ///   - text: its text.
  /// - Returns: those that the baseline does not have.
  func unknown(_ findings: [Finding], _ path: FilePath, in text: SourceText) -> [Finding] {
    if findings.isEmpty || fingerprints.isEmpty { return findings }
    let marks = MasqueLintCLI.fingerprints(of: findings, path, in: SourceLines(text))
    return zip(findings, marks).filter { !fingerprints.contains($0.1) }.map(\.0)
  }
}

/// A baseline: one known finding per line, in the order of the files.
struct BaselineReport: Report {
  let paths: ProjectPaths

  var head: String { "{\"version\": 1, \"findings\": [" }
  var separator: String { "," }
  var hasSummaryLine: Bool { false }

  func append(_ file: CheckedFile, to output: inout [UInt8]) {
    guard !file.findings.isEmpty else { return }
    let path = paths.path(of: file.path)
    let marks = fingerprints(of: file.findings, path, in: SourceLines(file.text))
    for (number, finding) in file.findings.enumerated() {
      if number > 0 { output.append(UInt8(ascii: ",")) }
      output.append(UInt8(ascii: "\n"))
      let value: JSONValue = [
        "file": .string(path.description), "code": .string(finding.code), "fingerprint": .string(marks[number]),
      ]
      output.append(contentsOf: value.serialized(.line))
    }
  }

  func tail(_ summary: Summary) -> String { summary.findings > 0 ? "\n]}\n" : "]}\n" }
}

/// Streams that keep what goes to standard output.
final class KeptOutput: Streams {
  private let streams: any Streams
  private let kept = Mutex<[UInt8]>([])

  init(_ streams: any Streams) { self.streams = streams }

  /// What was written so far.
  var output: [UInt8] { kept.withLock { $0 } }

  func readInput(maximumLength: Int) throws(FileError) -> [UInt8] {
    try streams.readInput(maximumLength: maximumLength)
  }

  func write(_ bytes: [UInt8], to stream: StandardStream) throws(WriteError) {
    if stream == .error { return try streams.write(bytes, to: stream) }
    kept.withLock { $0 += bytes }
  }

  func isTerminal(_ stream: StandardStream) -> Bool { false }
  func columns(of stream: StandardStream) -> Int? { nil }
}

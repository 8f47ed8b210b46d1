import MasqueWorkspace
import SourceText
import TerminalOutput

/// What the fixes would change, as unified diffs that `patch -p0` applies.
struct DiffReport: Report {
  let usesColor: Bool

  func append(_ file: CheckedFile, to output: inout [UInt8]) {
    guard let original = file.original else { return }
    let path = file.path.description
    output.append(
      contentsOf: unifiedDiff(original.bytes, file.text.bytes, path, path, Style(usesColor)))
  }
}

import MasqueAnalysis
import MasqueWorkspace
import SourceText

/// What checking one file gave.
struct CheckedFile: Sendable {
  /// The file.
  var path: FilePath
  /// The text that the findings are about: after the fixes, if there were any.
  var text = SourceText([])
  /// The text before the fixes, if they changed it.
  var original: SourceText?
  /// What there is to say about `text`, in document order.
  var findings: [Finding] = []
  /// How many findings the fixes mended.
  var fixedCount = 0
  /// Why the file could not be read or written, or why fixes were left out.
  var errors: [FileError] = []
}

/// The most bytes that a masque may have. What is larger is no masque, and would only take memory.
let maximumLength = 16 << 20

/// Reads a file, checks it and, if the options say so, mends it.
func checkFile(_ path: FilePath, _ options: LintOptions, _ files: any Files) -> CheckedFile {
  do {
    let bytes = try files.read(path, maximumLength: maximumLength)
    var file = check(bytes, path, options)
    if let original = file.original, !options.showsDiff {
      do {
        try files.replace(path, expecting: original.bytes, with: file.text.bytes)
      } catch {
        // What is on disk is what there is to say something about.
        var unfixed = options
        unfixed.fixing = .none
        file = check(original.bytes, path, unfixed)
        file.errors.append(error)
      }
    }
    return file
  } catch {
    return CheckedFile(path: path, errors: [error])
  }
}

/// Checks a text and, if the options say so, mends it; nothing is written.
func check(_ bytes: [UInt8], _ path: FilePath, _ options: LintOptions) -> CheckedFile {
  let name = path.description
  let text = SourceText(bytes)
  var file = CheckedFile(path: path, text: text)
  var all = findings(in: Snapshot(path: name, text: text))
  if options.fixing != .none, !all.isEmpty {
    let mended = mend(text, all, options) { findings(in: Snapshot(path: name, text: $0)) }
    if mended.text != text { file.original = text }
    file.text = mended.text
    file.fixedCount = mended.count
    if let problem = mended.problem { file.errors.append(FileError(path, .system(0), problem)) }
    all = mended.findings
  }
  file.findings = options.selection.isEverything ? all : all.filter { options.selection.includes($0.code) }
  return file
}

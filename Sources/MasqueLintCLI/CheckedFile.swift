import MasqueAnalysis
import MasqueModel
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
  /// The least severity that makes the run fail.
  var failOn = Severity.error
  /// How many findings the fixes mended.
  var fixedCount = 0
  /// Why the file could not be read or written, or why fixes were left out.
  var errors: [FileError] = []
}

/// The most bytes that a masque may have. What is larger is no masque, and would only take memory.
let maximumLength = 16 << 20

/// Reads a file, checks it and, if the options say so, mends it.
func checkFile(_ path: FilePath, _ checker: Checker, _ files: any Files) -> CheckedFile {
  do {
    let bytes = try files.read(path, maximumLength: maximumLength)
    var file = checker.check(bytes, path)
    if let original = file.original, !checker.options.showsDiff {
      do {
        try files.replace(path, expecting: original.bytes, with: file.text.bytes)
      } catch {
        // What is on disk is what there is to say something about.
        var unfixed = checker
        unfixed.options.fixing = .none
        file = unfixed.check(original.bytes, path)
        file.errors.append(error)
      }
    }
    return file
  } catch {
    return CheckedFile(path: path, errors: [error])
  }
}

/// Checks texts as the options and the settings of their files say.
struct Checker: Sendable {
  var options: LintOptions
  var settings: Settings
  var baseline = Baseline()
  /// How the baseline names files.
  var paths: ProjectPaths?

  /// Checks a text and, if the options say so, mends it; nothing is written.
  func check(_ bytes: [UInt8], _ path: FilePath) -> CheckedFile {
    let settings = settings.settings(of: path)
    let schema = settings.schema ?? .bundled
    let name = path.description
    let text = SourceText(bytes)
    var file = CheckedFile(path: path, text: text, failOn: settings.failOn)
    let place = path.absolute(from: self.settings.currentFolder)
    func all(_ text: SourceText) -> [Finding] { findings(in: Snapshot(path: name, text: text), schema: schema) }
    var found = all(text)
    if options.fixing != .none, !found.isEmpty {
      let mended = mend(text, found, options, isWanted: { !settings.applied(to: [$0], place).isEmpty }, check: all)
      if mended.text != text { file.original = text }
      file.text = mended.text
      file.fixedCount = mended.count
      if let problem = mended.problem { file.errors.append(FileError(path, .system(0), problem)) }
      found = mended.findings
    }
    file.findings = settings.applied(to: found, place)
    if let paths { file.findings = baseline.unknown(file.findings, paths.path(of: path), in: file.text) }
    return file
  }
}

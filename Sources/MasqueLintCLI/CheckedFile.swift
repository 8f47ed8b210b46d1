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
  /// What its library needs to know of it.
  var summary = MasqueSummary()
  /// Whether there may be more to say about it once its library is known, even if that has nothing to say.
  var awaitsLibrary = false
}

/// The most bytes that a masque may have. What is larger is no masque, and would only take memory.
let maximumLength = 16 << 20

/// Checks files and texts as the options and the settings of their files say.
struct Checker: Sendable {
  var options: LintOptions
  var settings: Settings
  var files: any Files
  var baseline = Baseline()
  /// How the baseline names files.
  var paths: ProjectPaths?
  /// A text that stands for a file's own, whatever is on disk; it is not written back.
  var input: (path: FilePath, bytes: [UInt8])?

  /// Where the configuration of `masque` is.
  var userConfiguration: UserConfiguration.Place?

  /// Whether files are changed.
  var writes: Bool { options.fixing != .none && !options.showsDiff && input == nil }

  /// Reads a file, checks it and, if the options say so, mends it.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - library: what its library says of it; nil if that is not known yet.
  /// - Returns: what there is to say about it.
  func check(_ path: FilePath, library: [Finding]? = nil) -> CheckedFile {
    if let input, input.path == path { return check(input.bytes, path, library: library) }
    do {
      let bytes = try files.read(path, maximumLength: maximumLength)
      var file = check(bytes, path, library: library)
      if let original = file.original, !options.showsDiff {
        do {
          try files.replace(path, expecting: original.bytes, with: file.text.bytes)
        } catch {
          // What is on disk is what there is to say something about.
          var unfixed = self
          unfixed.options.fixing = .none
          file = unfixed.check(original.bytes, path, library: library)
          file.errors.append(error)
        }
      }
      return file
    } catch {
      return CheckedFile(path: path, errors: [error])
    }
  }

  /// Checks a text and, if the options say so, mends it; nothing is written.
  func check(_ bytes: [UInt8], _ path: FilePath, library: [Finding]? = nil) -> CheckedFile {
    if let problems = configurationProblems(bytes, path) {
      return CheckedFile(
        path: path, text: SourceText(bytes), findings: problems.map { Finding($0) }, failOn: options.failOn ?? .error)
    }
    let settings = settings.settings(of: path)
    let checks = settings.checks
    let rules = checks.rules(for: path.absolute(from: self.settings.currentFolder))
    let name = path.description
    func read(_ text: SourceText, _ rules: RuleOptions) -> FileAnalysis {
      analyze(Snapshot(path: name, text: text), schema: checks.schema ?? .bundled, options: rules)
    }
    func findings(of analysis: FileAnalysis, with library: [Finding]?) -> [Finding] {
      library.map { analysis.findings(with: $0) } ?? analysis.findings
    }

    var file = CheckedFile(path: path, text: SourceText(bytes), failOn: settings.failOn)
    var analysis = read(file.text, rules)
    file.findings = findings(of: analysis, with: library)
    if options.fixing != .none, file.findings.contains(where: { options.wantedFix(of: $0) != nil }) {
      // Everything is looked at, so that no fix breaks what is not asked for.
      let everything = RuleOptions(enabled: rules.enabled + rules.selected)
      let mended = mend(
        file.text, findings(of: read(file.text, everything), with: library), options,
        isWanted: { rules.wants($0.code) }, check: { read($0, everything).findings })
      if let problem = mended.problem { file.errors.append(FileError(path, .system(0), problem)) }
      if mended.text != file.text {
        file.original = file.text
        file.text = mended.text
        file.fixedCount = mended.count
        analysis = read(mended.text, rules)
        file.findings = analysis.findings
      }
    }
    file.summary = analysis.summary
    file.awaitsLibrary = analysis.awaitsLibrary
    if !file.findings.isEmpty {
      checks.applySeverities(to: &file.findings)
      if let paths { file.findings = baseline.unknown(file.findings, paths.path(of: path), in: file.text) }
    }
    return file
  }

  /// What is wrong with a file that says how the programs are to work; nil for any other.
  private func configurationProblems(_ bytes: [UInt8], _ path: FilePath) -> [DocumentProblem]? {
    if path.isMasque { return nil }
    let place = path.absolute(from: settings.currentFolder)
    if let place = UserConfiguration.Place(place, usual: userConfiguration) {
      return UserConfiguration.read(SourceText(bytes), place).problems
    }
    guard path.name.elementsEqual(Configuration.fileName.utf8) else { return nil }
    return Configuration.read(SourceText(bytes), place, unknownCode: problem(withCode:)).problems
  }
}

import MasqueWorkspace
import SourceText
import Synchronization

/// Checks what the options name and writes the report.
func check(_ options: LintOptions, _ host: Host) throws(WriteError) -> LintStatus {
  switch options.input {
  case .paths(let paths):
    return try checkFiles(paths, options, host)
  case .standardInput(let path):
    return try checkInput(path, options, host)
  }
}

/// Checks files, several at a time, and writes what is found in the order of the files.
private func checkFiles(_ paths: [FilePath], _ options: LintOptions, _ host: Host) throws(WriteError) -> LintStatus {
  let discovery = discoverMasques(paths, in: host.files)
  let output = OrderedOutput(makeReport(options, host), options, host.streams)
  output.begin(discovery.errors)
  let files = discovery.files
  // A thread costs about as much as checking a file does.
  let jobs = min(options.jobs, (files.count + 3) / 4)
  let chunk = max(1, min(16, files.count / (max(jobs, 1) * 16)))
  let next = Atomic<Int>(0)
  host.onThreads(jobs) {
    var pieces: [OutputPiece] = []
    while true {
      let start = next.add(chunk, ordering: .relaxed).oldValue
      guard start < files.count, !output.isStopped else { return }
      let end = min(start + chunk, files.count)
      pieces.removeAll(keepingCapacity: true)
      for file in files[start..<end] { pieces.append(output.piece(checkFile(file, options, host.files))) }
      output.submit(pieces, from: start)
    }
  }
  if files.isEmpty, discovery.errors.isEmpty, !options.isQuiet {
    try host.streams.write("masque-lint: no *.masque.yaml or *.masque.yml here: \(list(paths))\n", to: .error)
  }
  return try output.end()
}

private func list(_ paths: [FilePath]) -> String {
  let names = paths.prefix(3).map { $0 == "." ? "the current folder" : $0.description }
  return names.joined(separator: ", ") + (paths.count > 3 ? " and \(paths.count - 3) more" : "")
}

/// Checks standard input. With `--fix` the mended text goes to standard output, and what remains to standard error.
private func checkInput(_ path: FilePath, _ options: LintOptions, _ host: Host) throws(WriteError) -> LintStatus {
  let file: CheckedFile
  do throws(FileError) {
    file = check(try host.streams.readInput(maximumLength: maximumLength), path, options)
  } catch {
    file = CheckedFile(path: path, errors: [error])
  }
  let isFixed = options.fixing != .none && !options.showsDiff
  if isFixed { try host.streams.write(file.text.bytes, to: .output) }
  let output = OrderedOutput(
    makeReport(options, host), options, host.streams, findingsTo: isFixed ? .error : .output)
  output.begin([])
  output.submit([output.piece(file)], from: 0)
  return try output.end()
}

private func makeReport(_ options: LintOptions, _ host: Host) -> any Report {
  if options.showsDiff { return DiffReport(usesColor: options.usesColor) }
  switch options.format {
  case .text where options.showsStatistics: return StatisticsReport(usesColor: options.usesColor)
  case .text: return TextReport(style: Style(options.usesColor), columns: options.columns, files: host.files)
  case .json: return JSONReport(files: host.files)
  }
}

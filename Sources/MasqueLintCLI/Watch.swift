import MasqueAnalysis
import MasqueWorkspace
import SourceText
import TerminalOutput

/// Checks again whenever something changes, until the user wants it to end. What is shown is always the whole state: on
/// a terminal it takes the place of what was shown before.
///
/// - Returns: how the last check ended.
func watch(_ options: LintOptions, _ host: Host) throws(WriteError) -> LintStatus {
  guard case .paths(let paths) = options.input else { return .usage }
  let isTerminal = host.streams.isTerminal(.output)
  // From here on a wish to end is heard between two checks, so that none is cut off in the middle of a line or a fix.
  guard host.pause(0) else { return .clean }
  var previous: WatchState?
  var status = LintStatus.clean
  repeat {
    let state = WatchState(paths, options, host)
    if state == previous { continue }
    if previous != nil || isTerminal {
      let changed = previous.map { state.description(since: $0, host.files.currentFolder) }
      // Also what scrolled away is cleared, so that the first line is the first finding.
      try host.streams.write(isTerminal ? "\u{1B}[H\u{1B}[2J\u{1B}[3J" : "\n", to: .output)
      if let changed, !options.isQuiet { try host.streams.write(changed + "\n", to: .error) }
    }
    previous = state
    status = try check(options, host)
    if !options.isQuiet {
      try host.streams.write("watching \(counted(state.checked.count, "file")); Ctrl-C ends\n", to: .error)
    }
  } while host.pause(interval)
  // The terminal shows `^C`, and the shell's prompt belongs on a line of its own.
  if host.streams.isTerminal(.error) { try host.streams.write("\n", to: .error) }
  return status
}

/// Milliseconds between two looks.
private let interval = 300

/// What a run depends on, as it is on disk.
private struct WatchState: Equatable {
  /// The files that are checked.
  var checked: Set<FilePath> = []
  /// These, the other masques of their libraries, settings, schemas, the baseline, the manifests.
  var stamps: [FilePath: FileStamp?] = [:]

  init(_ paths: [FilePath], _ options: LintOptions, _ host: Host) {
    do throws(CheckError) {
      let plan = try Plan(paths, options, host)
      checked = Set(plan.files)
      for path in plan.others + plan.manifests.values + plan.checker.settings.sources { add(path, host) }
    } catch {
      // What is wrong can be put right in one of the files that are wrong.
      checked = Set(discoverMasques(paths, in: host.files).files)
      if case .settings(let failure) = error {
        for path in failure.files.map(\.path) + failure.errors.map(\.path) { add(path, host) }
      }
    }
    for path in checked { add(path, host) }
    for path in [options.schema, options.baseline].compactMap({ $0 }) { add(path, host) }
    // Places where settings may come to be count too.
    let folders = Set(checked.map { $0.absolute(from: host.files.currentFolder).parent })
    for place in Set(folders.flatMap(\.ancestry)) {
      for name in [Configuration.fileName, ".gitignore", "manifest.yaml"] { add(place.appending(name.utf8), host) }
    }
  }

  private mutating func add(_ path: FilePath, _ host: Host) {
    let place = path.absolute(from: host.files.currentFolder)
    if stamps[place] == nil { stamps[place] = .some(host.files.stamp(of: path)) }
  }

  /// What is different, for people.
  func description(since earlier: WatchState, _ currentFolder: FilePath) -> String {
    let checked = Set(checked.map { $0.absolute(from: currentFolder) })
    let checkedBefore = Set(earlier.checked.map { $0.absolute(from: currentFolder) })
    var names: [String] = []
    for path in Set(stamps.keys).union(earlier.stamps.keys).sorted() {
      let name = printable((path.relative(to: currentFolder) ?? path).description)
      switch (earlier.stamps[path], stamps[path]) {
      case (let before?, let now?) where before != now:
        names.append(before == nil ? "\(name) is new" : now == nil ? "\(name) is gone" : "\(name) changed")
      // What is looked at for the first time, or no more, need not have changed; a masque has come or gone.
      case (nil, _?) where checked.contains(path): names.append("\(name) is new")
      case (_?, nil) where checkedBefore.contains(path): names.append("\(name) is gone")
      default: break
      }
    }
    guard let first = names.first else { return "the settings changed" }
    return names.count == 1 ? first : "\(first), and \(names.count - 1) more"
  }
}

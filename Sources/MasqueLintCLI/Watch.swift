import MasqueAnalysis
import MasqueWorkspace
import SourceText

/// Checks again whenever something changes, until the user wants it to end. What is shown is always the whole state: on
/// a terminal it takes the place of what was shown before.
///
/// - Returns: how the last check ended.
func watch(_ options: LintOptions, _ host: Host) throws(WriteError) -> LintStatus {
  guard case .paths(let paths) = options.input else { return .usage }
  let isTerminal = host.streams.isTerminal(.output)
  var previous: WatchState?
  var status = LintStatus.clean
  repeat {
    let state = WatchState(paths, options, host)
    if state == previous { continue }
    if previous != nil || isTerminal {
      let changed = previous.map { state.description(since: $0) }
      // Also what scrolled away is cleared, so that the first line is the first finding.
      try host.streams.write(isTerminal ? "\u{1B}[H\u{1B}[2J\u{1B}[3J" : "\n", to: .output)
      if let changed, !options.isQuiet { try host.streams.write(changed + "\n", to: .error) }
    }
    previous = state
    status = try check(options, host)
    if !options.isQuiet {
      try host.streams.write("watching \(counted(state.files.count, "file")); Ctrl-C ends\n", to: .error)
    }
  } while host.pause(interval)
  return status
}

/// Milliseconds between two looks.
private let interval = 300

/// What a run depends on, as it is on disk.
private struct WatchState: Equatable {
  /// The masques.
  var files: [FilePath: FileStamp?] = [:]
  /// Settings, schemas, the baseline, the manifests.
  var others: [FilePath: FileStamp?] = [:]

  init(_ paths: [FilePath], _ options: LintOptions, _ host: Host) {
    let discovery = discoverMasques(paths, in: host.files)
    var folders: Set<FilePath> = []
    for file in discovery.files {
      files[file] = host.files.stamp(of: file)
      folders.insert(file.parent)
    }
    // Places where settings may come to be count too.
    for folder in folders {
      let place = folder.absolute(from: host.files.currentFolder)
      for name in [Configuration.fileName, ".gitignore", "manifest.yaml"] {
        for above in place.ancestry {
          let path = above.appending(name.utf8)
          others[path] = host.files.stamp(of: path)
        }
      }
    }
    for path in [options.schema, options.baseline].compactMap({ $0 }) { others[path] = host.files.stamp(of: path) }
    if let settings = try? Settings(for: discovery.files, options, host) {
      for path in settings.sources { others[path] = host.files.stamp(of: path) }
    }
  }

  /// What is different, for people.
  func description(since earlier: WatchState) -> String {
    let changed = files.filter { earlier.files[$0.key] != $0.value }.keys.sorted()
    let removed = earlier.files.keys.filter { files[$0] == nil }.sorted()
    let names = changed.map { "\($0) changed" } + removed.map { "\($0) is gone" }
    guard let first = names.first else { return "the settings changed" }
    return names.count == 1 ? first : "\(first), and \(names.count - 1) more"
  }
}

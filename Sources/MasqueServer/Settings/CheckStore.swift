import MasqueAnalysis
import MasqueModel
import MasqueWorkspace
import SourceText
import Synchronization

/// How each masque is checked, as the files on disk and the editor's settings say: the linter's configuration files,
/// found by the linter's own means when somebody first asks. What was found stays as it is; when a file changes, a new
/// store takes the place of this one, so that a document has the same settings for as long as it has this store.
final class CheckStore: Sendable {
  /// What comes before every configuration file.
  let editor: EditorSettings
  /// The folder whose configuration holds for documents without a file, and that the editor's paths are seen from.
  let root: FilePath?
  /// Where the configuration of `masque` is.
  let userConfiguration: UserConfiguration.Place?
  /// The store's number: later ones have greater ones.
  let generation = CheckStore.last.add(1, ordering: .relaxed).newValue
  private let files: any Files
  private let state: Mutex<State>
  private static let last = Atomic<Int>(0)

  private struct State {
    var finder: ConfigurationFinder
    /// Settings by index into `finder.loaded`; -1 where there is no configuration.
    var settings: [Int: CheckSettings] = [:]
    var folders: [FilePath: Int] = [:]
    var schemas: [FilePath: MasqueSchema?] = [:]
    /// The files that were read or looked for, as they were just before.
    var stamps: [FilePath: FileStamp?] = [:]
    var problems: [String] = []
  }

  /// A store that knows nothing yet.
  init(
    _ files: any Files, root: FilePath? = nil, userConfiguration: UserConfiguration.Place? = nil,
    editor: EditorSettings = EditorSettings()
  ) {
    self.files = files
    self.userConfiguration = userConfiguration
    self.root = root
    self.editor = editor
    state = Mutex(State(finder: ConfigurationFinder(files, unknownCode: { problem(withCode: $0) })))
  }

  /// The same with nothing known: for when something on disk has changed.
  func renewed() -> CheckStore { renewed(root: root, editor: editor) }

  /// The same with nothing known, and with other settings.
  func renewed(root: FilePath?, editor: EditorSettings) -> CheckStore {
    CheckStore(files, root: root, userConfiguration: userConfiguration, editor: editor)
  }

  /// What every masque is held to where nobody says anything.
  static let plain = CheckStore(MemoryFiles())

  /// How a masque is checked. Reads the disk if it is the first of its folder.
  ///
  /// - Parameter path: its absolute path; nil for a document without a file.
  /// - Returns: the settings.
  func settings(for path: FilePath?) -> CheckSettings {
    state.withLock { state in
      guard let folder = path?.parent ?? root else { return settings(-1, &state) }
      return settings(index(for: folder, &state), &state)
    }
  }

  /// Whether `settings(for:)` reads nothing and waits for nobody.
  func isKnown(_ path: FilePath?) -> Bool {
    guard let folder = path?.parent ?? root else { return editor.schema == nil }
    return state.withLockIfAvailable { $0.folders[folder] != nil } ?? false
  }

  /// Whether a file that settings came from, or might have come from, is not what it was.
  var isOutOfDate: Bool {
    let stamps = state.withLock { $0.stamps }
    return stamps.contains { files.stamp(of: $0.key) != $0.value }
  }

  /// What is wrong with the files that were read, a sentence each.
  var problems: [String] { state.withLock { $0.problems } }

  /// What is wrong with a text that is a configuration.
  static func findings(in text: SourceText, _ path: FilePath) -> [Finding] {
    Configuration.read(text, path, unknownCode: { problem(withCode: $0) }).problems.map { Finding($0) }
  }

  // MARK: Reading

  private func index(for folder: FilePath, _ state: inout State) -> Int {
    if let known = state.folders[folder] { return known }
    // Before anything is read: a change in between must not go unnoticed.
    for place in folder.ancestry {
      let path = place.appending(Configuration.fileName.utf8)
      if state.stamps[path] != nil { break }
      let stamp = files.stamp(of: path)
      state.stamps[path] = .some(stamp)
      if stamp != nil { break }
    }
    let index = state.finder.index(for: folder) ?? -1
    state.folders[folder] = index
    return index
  }

  private func settings(_ index: Int, _ state: inout State) -> CheckSettings {
    if let known = state.settings[index] { return known }
    var configuration = Configuration()
    if index >= 0 {
      let found = state.finder.loaded[index]
      configuration = found.configuration
      if let error = found.error { state.problems.append("\(error)") }
      if let first = found.problems.first(where: { !$0.isWarning }), let path = configuration.path {
        let line = LineIndex(found.text).position(of: first.range.start, in: found.text, encoding: .utf8).line + 1
        let rest = found.problems.count - 1
        state.problems.append(
          "\(path), line \(line): \(first.message)\(rest > 0 ? "; and \(rest) more" : ""). What is wrong is passed over."
        )
      }
    }
    let written = editor.schema.map { FilePath($0).absolute(from: root ?? files.currentFolder) }
    let schema: MasqueSchema? = (written ?? configuration.schema).flatMap { self.schema(at: $0, &state) }
    let settings = CheckSettings(configuration, editor.checks, schema: schema)
    state.settings[index] = settings
    return settings
  }

  private func schema(at path: FilePath, _ state: inout State) -> MasqueSchema? {
    if let known = state.schemas[path] { return known }
    state.stamps[path] = .some(files.stamp(of: path))
    var result: MasqueSchema?
    do {
      let loaded = try LoadedSchema(path, in: files)
      for file in loaded.files { state.stamps[file.path] = .some(files.stamp(of: file.path)) }
      if loaded.isUsable {
        result = MasqueSchema(loaded.schema)
      } else {
        let problem = loaded.files.lazy.flatMap(\.problems).first { !$0.isWarning }
        state.problems.append("The schema \(path) can't be used: \(problem?.message ?? "it is wrong").")
      }
    } catch {
      state.problems.append("The schema can't be read: \(error).")
    }
    state.schemas[path] = .some(result)
    return result
  }
}

import JSON
import MasqueCommands
import MasqueModel
import MasqueWorkspace

/// Where a project's state is kept: `${MASQUES_HOME}/state/<hash of the project>/`.
struct StateStore: Sendable {
  static let maximumLength = 64 << 20

  let home: FilePath
  let folder: FilePath
  let project: FilePath
  let files: any Files

  init(home: FilePath, project: FilePath, files: any Files) {
    self.home = home
    self.project = project
    self.files = files
    folder = home.appending("state".utf8).appending(sha256(project.bytes).prefix(16).utf8)
  }

  private var path: FilePath { folder.appending("wearing.json".utf8) }

  /// The state; that of a project without any if there is no file.
  ///
  /// - Throws: why it can't be read, with a `JSONSyntaxError`'s words if it is damaged.
  func read() throws(CommandError) -> WearingState {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try files.read(path, maximumLength: Self.maximumLength)
    } catch {
      if error.reason == .notFound { return WearingState(project: project.description) }
      throw CommandError(.file, "\(error.path): \(error.message)")
    }
    do {
      let state = try JSONValueDecoder().decode(WearingState.self, from: try JSONValue(parsing: bytes))
      guard state.version == 1 else {
        throw CommandError(
          .file, "\(path) was written by a newer version of masque (shape \(state.version)); upgrade this one")
      }
      return state
    } catch let error as CommandError {
      throw error
    } catch {
      // Kept aside, so that nothing is lost; what it held of money is in the ledger as well and falls back by itself.
      let name = "wearing.json.damaged-\(sha256(bytes).prefix(8))"
      try? files.rename(path, to: name)
      throw CommandError(
        .file,
        "\(path) is damaged (\(error)) and is kept as \(name); from the next command on, no masque is worn in this project"
      )
    }
  }

  /// Writes the state. From the moment that this returns it holds, whatever happens.
  func write(_ state: WearingState) throws(CommandError) {
    do {
      let text = try JSONValueEncoder().encode(state).text(.line) + "\n"
      try files.writePrivate(path, Array(text.utf8))
    } catch let error as FileError {
      throw CommandError(.file, "\(error.path): \(error.message); nothing was changed")
    } catch {
      throw CommandError(.file, "\(path): \(error)")
    }
  }

  /// Keeps other commands of this project out.
  ///
  /// - Throws: why that can't be: somebody else is at work for too long, or the folder can't be written.
  func lock() throws(CommandError) -> any FileLock {
    do throws(FileError) {
      try files.makeFolder(folder, isPrivate: true)
      return try files.lock(folder.appending("lock".utf8), waiting: 15_000)
    } catch {
      throw CommandError(
        error.reason == .busy ? .unavailable : .file,
        error.reason == .busy
          ? "another masque command has been at work in this project for more than 15 seconds; try again when it is done"
          : "\(error.path): \(error.message)")
    }
  }

  /// Removes what writers left that were killed. Only whoever has the lock writes these files, so nobody misses it.
  func removeLeftovers() {
    let claude = SessionFile.path(in: project).parent
    for (folder, names) in [
      (folder, ["wearing.json"]), (claude, ["masque.session.yaml", "settings.local.json"]),
    ] {
      for entry in (try? files.entries(of: folder)) ?? [] where entry.kind == .file {
        let name = String(decoding: entry.name, as: UTF8.self)
        if names.contains(where: { isLeftover(name, of: $0) }) { try? files.remove(folder.appending(entry.name)) }
      }
    }
  }
}

/// Whether a name is one that an atomic write of a file takes before it is renamed: `.NAME.12-3.tmp`.
private func isLeftover(_ name: String, of file: String) -> Bool {
  guard name.hasPrefix(".\(file)."), name.hasSuffix(".tmp") else { return false }
  let numbers = name.dropFirst(file.utf8.count + 2).dropLast(4).split(separator: "-", omittingEmptySubsequences: false)
  return numbers.count == 2 && numbers.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
}

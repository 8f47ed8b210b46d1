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
  /// - Parameter settingAside: whether a damaged file is kept under another name, which is for whoever has the lock.
  /// - Returns: the state.
  /// - Throws: why it can't be read, and what is wrong with it if it is damaged.
  func read(settingAside: Bool = false) throws(CommandError) -> WearingState {
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
      guard settingAside else {
        throw CommandError(.file, "\(path) is damaged (\(error)); `masque doff` sets it aside")
      }
      // Kept, so that nothing is lost; what it held of money is in the ledger as well and falls back by itself.
      let name = "wearing.json.damaged-\(sha256(bytes).prefix(8))"
      do throws(FileError) {
        try files.rename(path, to: name)
      } catch let other {
        throw CommandError(.file, "\(path) is damaged (\(error)) and can't be set aside: \(other.message)")
      }
      // Others are told by the next command that nothing is worn.
      var fresh = WearingState(project: project.description)
      fresh.isSessionFileStale = true
      try write(fresh)
      throw CommandError(
        .file,
        "\(path) is damaged (\(error)) and is kept as \(name); from the next command on, no masque is worn in this "
          + "project; look whether `\(AgentSettings.key)` in .claude/settings.local.json is right")
    }
  }

  /// Writes the state. From the moment that this returns it holds, whatever happens.
  func write(_ state: WearingState) throws(CommandError) {
    do {
      let text = try JSONValueEncoder().encode(state).text(.line) + "\n"
      try files.writePrivate(path, Array(text.utf8))
    } catch let error as FileError {
      throw CommandError(.file, "\(error.path): \(error.message)")
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

  /// Removes what writers left that were killed.
  func removeLeftovers() {
    files.removeTemporaries(in: folder, of: [])
    files.removeTemporaries(in: MasqueStore(home: home, files: files).folder, of: [])
    let session = SessionFile.path(in: project)
    let settings = AgentSettings(project: project, files: files).path
    files.removeTemporaries(
      in: session.parent, of: [session, settings].map { String(decoding: $0.name, as: UTF8.self) })
    // A link's target is written beside itself.
    guard (try? files.kind(of: settings, followingLinks: false)) == .link,
      let target = try? files.canonicalPath(of: settings)
    else { return }
    files.removeTemporaries(in: target.parent, of: [String(decoding: target.name, as: UTF8.self)])
  }
}

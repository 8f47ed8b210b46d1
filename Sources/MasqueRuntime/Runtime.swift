public import MasqueCommands
public import MasqueModel
public import MasqueWorkspace

/// What commands with effects need beside their context.
public struct Runtime: Sendable {
  /// The folder that is worked in, as an absolute path: where locks and sessions are kept.
  public var projectFolder: FilePath
  /// The time.
  public var now: @Sendable () -> Timestamp

  /// A runtime; see the properties.
  public init(projectFolder: FilePath, now: @escaping @Sendable () -> Timestamp) {
    self.projectFolder = projectFolder
    self.now = now
  }
}

extension CommandTable {
  /// Adds the commands that change files.
  ///
  /// - Parameter runtime: what they need.
  public mutating func add(_ runtime: Runtime) {
    add(NewCommand.self, writeNewMasque)
    add(SyncManifestCommand.self) { (arguments, context) throws(CommandError) in
      try syncManifests(arguments, context, runtime)
    }
    add(PinCommand.self) { (arguments, context) throws(CommandError) in try pinMasque(arguments, context, runtime) }
  }
}

extension CommandContext {
  /// The folder of a library that a command may write into.
  ///
  /// - Throws: why there is none.
  func folder(of source: MasqueSource) throws(CommandError) -> FilePath {
    switch source {
    case .private:
      guard let folder = places.privateFolder else {
        throw CommandError(.notFound, "there is no private folder: set `MASQUES_HOME`, or `HOME`")
      }
      return folder
    case .shared:
      guard let folder = places.sharedFolders.first else {
        throw CommandError(.notFound, "there is no folder `personas` here; make one, or name it with `--personas`")
      }
      return folder
    }
  }

  /// Writes a file.
  ///
  /// - Throws: why it is as it was.
  func write(_ path: FilePath, _ text: String) throws(CommandError) {
    do throws(FileError) {
      try files.write(path, Array(text.utf8))
    } catch {
      throw CommandError(.file, "\(shown(path)): \(error.message)")
    }
  }
}

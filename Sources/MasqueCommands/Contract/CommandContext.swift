public import MasqueModel
public import MasqueWorkspace

/// Where a command is run: what it sees of the world, all of it handed in.
public struct CommandContext: Sendable {
  /// The file system, with whatever an editor has not saved laid over it.
  public var files: any Files
  /// Where masques are found by name.
  public var places: MasquePlaces
  /// What the configuration says about identity blocks.
  public var blockOptions: IdentityBlock.Options
  /// The masque that is worn, if somebody knows of one.
  public var activeMasque: ActiveMasque?

  /// Told how far a command has come that takes long: what it is at, without a full stop, and how much is done in percent
  /// where that is known. May be called from any thread.
  public var progress: @Sendable (_ message: String, _ percentage: Int?) -> Void = { _, _ in }
  /// Whether whoever has called the command no longer wants it.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// The masque that is worn.
  public struct ActiveMasque: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Whose it is; nil for one that was named by its path.
    public var source: MasqueSource?
    /// Its file, where that is known.
    public var path: FilePath?

    /// A masque; see the properties.
    public init(name: String, source: MasqueSource?, path: FilePath? = nil) {
      self.name = name
      self.source = source
      self.path = path
    }
  }

  /// A context; see the properties.
  public init(
    files: any Files, places: MasquePlaces, blockOptions: IdentityBlock.Options = .init(),
    activeMasque: ActiveMasque? = nil
  ) {
    self.files = files
    self.places = places
    self.blockOptions = blockOptions
    self.activeMasque = activeMasque
  }

  /// Ends the command if nobody wants it any more. A command with effects asks before its first one, and not after it.
  ///
  /// - Throws: `cancelled`.
  public func checkCancellation() throws(CommandError) {
    if isCancelled() { throw .cancelled }
  }

  /// A path as people and tools see it.
  ///
  /// - Parameter path: a path.
  /// - Returns: the path from the current folder where it lies in it, else absolute.
  public func shown(_ path: FilePath) -> String { Self.shown(path, from: files.currentFolder) }

  /// A path as people and tools see it, for whoever shows many.
  ///
  /// - Parameters:
  ///   - path: a path.
  ///   - currentFolder: the current folder.
  /// - Returns: the path from the current folder where it lies in it, else absolute.
  static func shown(_ path: FilePath, from currentFolder: FilePath) -> String {
    let place = path.absolute(from: currentFolder)
    return (place.relative(to: currentFolder) ?? place).description
  }
}

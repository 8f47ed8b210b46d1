/// Where masques are found by their names.
public struct MasquePlaces: Sendable, Hashable {
  /// The folder of masques that belong to one person, if it is known.
  public var privateFolder: FilePath?
  /// The folders of masques that are shared, the first to be asked first.
  public var sharedFolders: [FilePath]

  /// Places; see the properties.
  public init(privateFolder: FilePath? = nil, sharedFolders: [FilePath] = []) {
    self.privateFolder = privateFolder
    self.sharedFolders = sharedFolders
  }

  /// The places that a process has: `${MASQUES_HOME}`, or `.masques` in the home folder; then the folder `personas` of
  /// each workspace, those that are named, those of `MASQUES_PERSONAS` (several with colons between them), and those that
  /// came with the program.
  ///
  /// - Parameters:
  ///   - workspaces: the folders that are worked in. The nearest folder `personas` from each upwards counts, within its
  ///     repository.
  ///   - personas: folders that were named.
  ///   - shipped: the folder that came with the program.
  ///   - environment: the value of an environment variable.
  ///   - files: the file system.
  public init(
    workspaces: [FilePath], personas: [FilePath] = [], shipped: FilePath? = nil,
    environment: (String) -> String?, in files: any Files
  ) {
    func value(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
    let home = value("HOME").map { FilePath($0).appending(".masques".utf8) }
    privateFolder = (value("MASQUES_HOME").map { FilePath($0) } ?? home)?.absolute(from: files.currentFolder)
    let named = (value("MASQUES_PERSONAS") ?? "").split(separator: ":").map { FilePath(String($0)) }
    let found = workspaces.compactMap { personasFolder(above: $0.absolute(from: files.currentFolder), in: files) }
    sharedFolders = []
    for folder in found + personas + named + (shipped.map { [$0] } ?? []) {
      let place = folder.absolute(from: files.currentFolder)
      if !sharedFolders.contains(place) { sharedFolders.append(place) }
    }
  }
}

/// The nearest folder `personas` from a folder upwards, not beyond its repository.
private func personasFolder(above folder: FilePath, in files: any Files) -> FilePath? {
  for place in folder.ancestry {
    let personas = place.name.elementsEqual("personas".utf8) ? place : place.appending("personas".utf8)
    if (try? files.kind(of: personas, followingLinks: true)) == .folder { return personas }
    if (try? files.kind(of: place.appending(".git".utf8), followingLinks: true)) != nil { return nil }
  }
  return nil
}

/// Whose a masque is.
public enum MasqueSource: String, Sendable, Hashable, CaseIterable, Codable {
  /// One person's.
  case `private`
  /// Everybody's.
  case shared
}

/// Where masques are found by their names.
public struct MasquePlaces: Sendable, Hashable {
  /// The folder of masques that belong to one person, if it is known.
  public var privateFolder: FilePath?
  /// The folders of masques that are shared, the first to be asked first.
  public var sharedFolders: [FilePath]
  /// The folder of masques that came with the program, asked last. Nobody writes there.
  public var shippedFolder: FilePath?

  /// Places; see the properties.
  public init(privateFolder: FilePath? = nil, sharedFolders: [FilePath] = [], shippedFolder: FilePath? = nil) {
    self.privateFolder = privateFolder
    self.sharedFolders = sharedFolders
    self.shippedFolder = shippedFolder
  }

  /// All folders, each with whose masques are in it, the first to be asked first.
  public var folders: [(folder: FilePath, source: MasqueSource)] {
    (privateFolder.map { [($0, .private)] } ?? []) + sharedFolders.map { ($0, .shared) }
      + (shippedFolder.map { [($0, .shared)] } ?? [])
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
    privateFolder = Self.privateFolder(environment: environment, currentFolder: files.currentFolder)
    let named = (value("MASQUES_PERSONAS") ?? "").split(separator: ":").map { FilePath(String($0)) }
    let found = workspaces.compactMap { personasFolder(above: $0.absolute(from: files.currentFolder), in: files) }
    sharedFolders = []
    shippedFolder = shipped
    for folder in found + personas + named {
      let place = folder.absolute(from: files.currentFolder)
      if !sharedFolders.contains(place) { sharedFolders.append(place) }
    }
  }
}

extension MasquePlaces {
  /// One person's folder: `${MASQUES_HOME}`, or `.masques` in the home folder.
  ///
  /// - Parameters:
  ///   - environment: the value of an environment variable.
  ///   - currentFolder: what a relative path is seen from.
  /// - Returns: the folder, absolute, whether or not it is there; nil where neither variable is set.
  public static func privateFolder(environment: (String) -> String?, currentFolder: FilePath) -> FilePath? {
    func value(_ name: String) -> FilePath? { environment(name).flatMap { $0.isEmpty ? nil : FilePath($0) } }
    let folder = value("MASQUES_HOME") ?? value("HOME")?.appending(".masques".utf8)
    return folder?.absolute(from: currentFolder)
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

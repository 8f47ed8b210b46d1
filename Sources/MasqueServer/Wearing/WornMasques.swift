import MasqueCommands
import MasqueModel
import MasqueWorkspace

/// What is worn where somebody works, as far as it has been read. Immutable: every request has one.
struct WornMasques: Sendable, Hashable {
  /// A project, and what its session file says.
  struct Project: Sendable, Hashable {
    /// The project's folder, without links.
    var folder: FilePath
    /// The folder that is worked in, without links.
    var workFolder: FilePath
    /// The session; nil if there is none, or none that can be understood.
    var session: SessionFile?
  }

  /// The projects, by the folders that are worked in.
  private(set) var projects: [FilePath: Project] = [:]
  private var privateFolder: FilePath?

  /// Nothing has been read.
  init() {}

  /// Reads what is worn.
  ///
  /// - Parameters:
  ///   - folders: the folders that are worked in.
  ///   - host: where it is read.
  init(_ folders: Set<FilePath>, _ host: CommandHost) {
    privateFolder = MasquePlaces.privateFolder(
      environment: host.environment.variable, currentFolder: host.files.currentFolder)
    for folder in folders {
      let project = projectFolder(
        above: terminalFolder(for: folder, in: host.files), environment: host.environment.variable, in: host.files)
      let bytes = try? host.files.read(SessionFile.path(in: project), maximumLength: SessionFile.maximumLength)
      projects[folder] = Project(
        folder: project, workFolder: (try? host.files.canonicalPath(of: folder)) ?? folder,
        session: bytes.flatMap { SessionFile($0) })
    }
  }

  /// What is worn in a folder.
  func active(in folder: FilePath) -> SessionFile.Active? { projects[folder]?.session?.active }

  /// The same for a command; `nil` if nothing is worn.
  func activeMasque(in folder: FilePath) -> CommandContext.ActiveMasque? {
    guard let project = projects[folder], let active = project.session?.active else { return nil }
    return CommandContext.ActiveMasque(
      name: active.name, source: MasqueSource(rawValue: active.source), path: path(of: active, in: project))
  }

  /// Whether a document is the masque that is worn in a folder.
  func isWorn(_ document: Document, in folder: FilePath) -> Bool {
    guard let project = projects[folder], let active = project.session?.active, let path = document.path else {
      return false
    }
    if let worn = self.path(of: active, in: project) {
      let place = path.relative(to: folder).map { $0.absolute(from: project.workFolder) } ?? path
      return worn == place
    }
    // Its file is told of only where it lies in the project.
    guard let name = document.summary.name?.value, MasqueName.key(of: name) == MasqueName.key(of: active.name) else {
      return false
    }
    let isPrivate = privateFolder.map { path.relative(to: $0) != nil } ?? false
    return active.source == "file" || isPrivate == (active.source == MasqueSource.private.rawValue)
  }

  private func path(of active: SessionFile.Active, in project: Project) -> FilePath? {
    guard let file = active.file else { return nil }
    let path = FilePath(file).absolute(from: project.folder)
    return path.relative(to: project.folder) == nil ? nil : path
  }

  /// The wearing that ends first by itself: the folder that is worked in, the wearing, and when.
  ///
  /// - Parameter known: the wearings that nobody has to wait for, as the results name them.
  /// - Returns: the wearing; nil if none ends by itself.
  func nextExpiry(besides known: Set<String>) -> (folder: FilePath, wearing: String, at: Timestamp)? {
    let expiries = projects.compactMap { folder, project -> (folder: FilePath, wearing: String, at: Timestamp)? in
      guard let active = project.session?.active, let at = active.expiresAt.flatMap({ Timestamp($0) }) else {
        return nil
      }
      return (folder, "\(project.folder) \(active.session ?? active.donnedAt)", at)
    }
    return expiries.filter { !known.contains($0.wearing) }.min { ($0.at, $0.folder) < ($1.at, $1.folder) }
  }
}

/// The folder that is worked in when something is done with a document: the innermost of the workspace's folders that
/// holds it, else the first of them, else its own.
///
/// - Parameters:
///   - path: the document's path; nil for one without a file, and where no document is meant.
///   - folders: the workspace's folders.
/// - Returns: the folder; nil where nothing says it, and the server's own is meant.
func workFolder(of path: FilePath?, _ folders: [FilePath]) -> FilePath? {
  let holding = folders.filter { folder in path.map { $0.relative(to: folder) != nil } ?? false }
  if let innermost = holding.max(by: { $0.bytes.count < $1.bytes.count }) { return innermost }
  if let first = folders.first { return first }
  return path?.parent
}

/// The folder in which somebody at a terminal would be who works in a folder: some editors take the masques' own folder
/// for the project's.
///
/// - Parameters:
///   - folder: the folder that is worked in.
///   - files: the file system.
/// - Returns: the folder, or for a folder `personas` that is no repository the one above it.
func terminalFolder(for folder: FilePath, in files: any Files) -> FilePath {
  guard folder.name.elementsEqual("personas".utf8) else { return folder }
  let isRepository = (try? files.kind(of: folder.appending(".git".utf8), followingLinks: true)) != nil
  return isRepository ? folder : folder.parent
}

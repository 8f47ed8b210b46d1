import MasqueWorkspace

/// Names files as a project's services know them: seen from the root of the repository, or from the current folder
/// where there is none.
struct ProjectPaths: Sendable {
  /// The absolute folder that paths are seen from.
  let root: FilePath
  private let currentFolder: FilePath

  init(_ files: any Files) {
    currentFolder = files.currentFolder
    root = repositoryRoot(above: currentFolder, in: files) ?? currentFolder
  }

  /// The path seen from the root; absolute for a file elsewhere.
  func path(of path: FilePath) -> FilePath {
    let absolute = path.absolute(from: currentFolder)
    return absolute.relative(to: root) ?? absolute
  }

  /// The path for people and tools, in UTF-8.
  func name(of path: FilePath) -> String { self.path(of: path).description }

  /// A URI reference: relative to the root, or absolute for a file elsewhere.
  func uri(of path: FilePath) -> (reference: String, isRelative: Bool) {
    let found = self.path(of: path)
    return found.isAbsolute ? (fileURI(of: found), false) : (percentEncoded(found), true)
  }
}

/// What the `.gitignore` files that are in force in one folder leave out.
///
/// Those of deeper folders come first, `.git/info/exclude` last; within a file the last line that matches decides. What
/// an author's own git configuration ignores everywhere is not asked: the same files are checked on every machine.
public final class IgnoreRules: Sendable {
  /// The folder that the patterns are seen from, absolute.
  private let folder: FilePath
  private let patterns: [IgnorePattern]
  /// The rules of the folders above.
  private let outer: IgnoreRules?

  /// Rules beside those of the folders above.
  ///
  /// - Parameters:
  ///   - text: the lines of a file as git reads `.gitignore`.
  ///   - folder: the file's folder, absolute and normalised.
  ///   - outer: the rules of the folders above.
  public init(_ text: [UInt8], in folder: FilePath, outer: IgnoreRules?) {
    self.folder = folder
    self.outer = outer
    let start = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    patterns = text[start...].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true).compactMap { line in
      IgnorePattern(line: line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
  }

  /// What the rules say about a path itself, not about the folders that it lies in.
  ///
  /// - Parameters:
  ///   - path: the path, absolute and normalised.
  ///   - isFolder: whether it is a folder.
  /// - Returns: whether it is ignored, nil if no pattern matches.
  public func verdict(on path: FilePath, isFolder: Bool) -> Bool? {
    let bytes = path.bytes
    let name = bytes.lastIndex(of: slash).map { bytes[($0 + 1)...] } ?? bytes[...]
    var rules: IgnoreRules? = self
    while let current = rules {
      let prefix = current.folder.bytes.count == 1 ? 1 : current.folder.bytes.count + 1
      if bytes.count > prefix {
        for pattern in current.patterns.reversed()
        where pattern.matches(bytes[prefix...], name: name, isFolder: isFolder) {
          return !pattern.isNegated
        }
      }
      rules = current.outer
    }
    return nil
  }
}

/// Finds the rules of folders, each of which is looked at once.
struct IgnoreFinder {
  private let files: any Files
  private var known: [FilePath: IgnoreRules?] = [:]

  init(_ files: any Files) {
    self.files = files
  }

  /// The rules in force among what is in a folder: those from the repository's root down to it. A folder that is
  /// ignored itself, or lies in one, was named on purpose: the rules above it do not hold there.
  ///
  /// - Parameter folder: an absolute path without links.
  /// - Returns: the rules; nil where none are in force.
  mutating func rules(in folder: FilePath) -> IgnoreRules? {
    if let rules = known[folder] { return rules }
    var chain: [FilePath] = []
    var top: FilePath?
    for place in folder.ancestry {
      chain.append(place)
      if isRepository(place) {
        top = place
        break
      }
    }
    var rules: IgnoreRules?
    if let top {
      rules = excludeFile(of: top).map { IgnoreRules($0, in: top, outer: nil) }
      for place in chain.reversed() {
        if place != top, let outer = rules, outer.verdict(on: place, isFolder: true) == true { rules = nil }
        rules = self.rules(of: place, outer: rules)
      }
    } else {
      // Files that were taken out of their repository are still described by what is beside them.
      rules = self.rules(of: folder, outer: nil)
    }
    known[folder] = .some(rules)
    return rules
  }

  /// The rules of a folder with its own `.gitignore`, if it has one.
  func rules(of folder: FilePath, outer: IgnoreRules?) -> IgnoreRules? {
    let path = folder.appending(".gitignore".utf8)
    // Like git, no links are followed: a repository must not make us read what lies elsewhere.
    guard (try? files.kind(of: path, followingLinks: false)) == .file,
      let text = try? files.read(path, maximumLength: maximumIgnoreLength)
    else { return outer }
    return IgnoreRules(text, in: folder, outer: outer)
  }

  private func isRepository(_ folder: FilePath) -> Bool {
    (try? files.kind(of: folder.appending(".git".utf8), followingLinks: true)) != nil
  }

  /// `info/exclude`, which a linked work tree shares with the repository that it belongs to.
  private func excludeFile(of root: FilePath) -> [UInt8]? {
    var folder = root.appending(".git".utf8)
    if let link = try? files.read(folder, maximumLength: maximumIgnoreLength) {
      let prefix = Array("gitdir: ".utf8)
      guard link.starts(with: prefix) else { return nil }
      folder = FilePath(bytes: Array(withoutLineBreak(link).dropFirst(prefix.count))).absolute(from: root)
      if let common = try? files.read(folder.appending("commondir".utf8), maximumLength: maximumIgnoreLength) {
        folder = FilePath(bytes: Array(withoutLineBreak(common))).absolute(from: folder)
      }
    }
    return try? files.read(folder.appending("info/exclude".utf8), maximumLength: maximumIgnoreLength)
  }
}

private let maximumIgnoreLength = 1 << 20

private func withoutLineBreak(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
  bytes.prefix { $0 != 0x0A && $0 != 0x0D }
}

extension FilePath {
  /// This folder and those above it, the innermost first.
  public var ancestry: [FilePath] {
    var result = [self]
    var current = self
    while current.parent != current, current.bytes != [dot] {
      current = current.parent
      result.append(current)
    }
    return result
  }
}

/// The root of the repository that a folder lies in: the folder with `.git`; nil if there is none.
///
/// - Parameters:
///   - folder: an absolute path.
///   - files: the file system.
/// - Returns: the folder.
public func repositoryRoot(above folder: FilePath, in files: any Files) -> FilePath? {
  folder.ancestry.first { (try? files.kind(of: $0.appending(".git".utf8), followingLinks: true)) != nil }
}

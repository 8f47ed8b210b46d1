import MasqueAnalysis
import MasqueWorkspace

/// Where the pages about rules are: beside the program where it is installed with them, or else on the web.
struct RulePages: Sendable {
  private let base: String
  private let codes: Set<String>

  /// The pages of this project's repository.
  static let online = RulePages(
    base: "https://github.com/ChrisDBaldwin/masques/blob/main/docs/rules/",
    codes: Set(ruleDescriptions().map(\.code)))

  private init(base: String, codes: Set<String>) {
    self.base = base
    self.codes = codes
  }

  /// The pages that are installed with a program: for `PREFIX/bin/masque-lsp` those in
  /// `PREFIX/share/masques/docs/rules`, as far as they are there; those on the web if none is.
  ///
  /// - Parameters:
  ///   - program: the absolute path of the program; nil if it is not known.
  ///   - files: the file system.
  init(besides program: FilePath?, in files: any Files) {
    self = .online
    guard let program else { return }
    let folder = program.parent.parent.appending("share/masques/docs/rules".utf8)
    let names = (try? files.entries(of: folder))?.map { String(decoding: $0.name, as: UTF8.self) } ?? []
    let codes = Set(names.filter { $0.hasSuffix(".md") }.map { String($0.dropLast(3)) })
    if !codes.isEmpty { self.init(base: fileURI(of: folder) + "/", codes: codes) }
  }

  /// The page about a rule.
  ///
  /// - Parameter code: the rule's code.
  /// - Returns: a URI; nil for a code without a page, such as that of a keyword of an extended schema.
  func page(of code: String) -> String? { codes.contains(code) ? "\(base)\(code).md" : nil }
}

/// The program that is running, without links; nil where the system does not tell.
func runningProgram(_ files: any Files) -> FilePath? { try? files.canonicalPath(of: "/proc/self/exe") }

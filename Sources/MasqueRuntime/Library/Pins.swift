import DocumentTree
import MasqueCommands
import MasqueModel
import MasqueWorkspace
import SourceText
import YAMLSyntax

/// The masques whose bytes a project has agreed on: `.masques.lock.yaml`.
struct PinFile {
  /// A masque's version and bytes.
  struct Pin: Equatable {
    var name: String
    var version: String
    var sha256: String
  }

  static let fileName = ".masques.lock.yaml"
  static let maximumLength = 1 << 20

  /// The pins, in the order of their names.
  var pins: [Pin] = []

  /// Nothing is pinned.
  init() {}

  /// Reads a file.
  ///
  /// - Throws: what is wrong with it: a pin that can't be read must not be forgotten.
  init(_ bytes: [UInt8], _ path: String) throws(CommandError) {
    let syntax = SyntaxTree(SourceText(bytes))
    let tree = syntax.tree
    func wrong(_ message: String) -> CommandError {
      CommandError(.file, "\(path): \(message); mend it, or remove it to pin anew")
    }
    if let problem = syntax.problems.first {
      throw wrong("line \(LineIndex(syntax.text).line(containing: problem.range.start) + 1): \(problem.message)")
    }
    guard let root = tree.root, let list = tree.member("masques", of: root), tree[list].kind == .sequence else {
      throw wrong("there is no list `masques`")
    }
    for item in tree.children(of: list) {
      func text(_ key: StaticString) -> String? {
        tree.member(key, of: tree.resolved(item)).flatMap { tree.isText($0) ? tree.text(of: $0) : nil }
      }
      guard let name = text("name"), let version = text("version"), let sha256 = text("sha256") else {
        let line = LineIndex(syntax.text).line(containing: tree[item].range.start) + 1
        throw wrong("line \(line): a pin has `name`, `version` and `sha256`, each in quotes where YAML needs them")
      }
      pins.append(Pin(name: name, version: version, sha256: sha256))
    }
  }

  /// The pin of a masque; names compare without case.
  subscript(name: String) -> Pin? { pins.first { MasqueName.key(of: $0.name) == MasqueName.key(of: name) } }

  /// The file's text. Equal pins give equal bytes.
  var yaml: String {
    let sorted = pins.map { (MasqueName.key(of: $0.name), $0) }.sorted {
      $0.0.unicodeScalars.lexicographicallyPrecedes($1.0.unicodeScalars)
    }
    var text = "# The masques that are worn here, and no others of their names. `masque pin NAME` adds one.\n"
    text += sorted.isEmpty ? "masques: []\n" : "masques:\n"
    for (_, pin) in sorted {
      text += "  - name: \(ScalarWriting.scalar(pin.name))\n    version: \(ScalarWriting.doubleQuoted(pin.version))\n"
      text += "    sha256: \(ScalarWriting.doubleQuoted(pin.sha256))\n"
    }
    return text
  }
}

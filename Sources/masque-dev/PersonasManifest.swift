import Foundation
import MasqueModel
import SourceText
import YAMLSyntax

/// The manifest of the personas that ship with the programs. Its time changes only with the rest of it.
func personasManifest(_ root: URL) throws -> GeneratedFile {
  let path = "personas/\(Manifest.fileName)"
  let folder = root.appendingPathComponent("personas")
  let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".masque.yaml") }
  let summaries = try names.sorted().map { name -> MasqueSummary in
    let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    let summary = MasqueSummary(SyntaxTree(SourceText(text)))
    guard summary.isWhole else { throw GenerateError(description: "personas/\(name) is no whole masque") }
    return summary
  }
  let current = (try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)) ?? ""
  var manifest = Manifest(
    of: summaries, generatedAt: ManifestFile(Array(current.utf8)).generatedAt ?? "")
  if manifest.yaml != current { manifest.generatedAt = Date().formatted(.iso8601) }
  return GeneratedFile(path: path, contents: manifest.yaml)
}

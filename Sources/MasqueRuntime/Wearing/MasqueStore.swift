import MasqueCommands
import MasqueModel
import MasqueWorkspace
import SourceText
import YAMLSyntax

/// The bytes of masques that are worn or pinned, by their SHA-256: what an agent was told can be told again, and what a
/// pin meant can be compared, whatever has become of the file.
struct MasqueStore {
  let folder: FilePath
  let files: any Files

  init(home: FilePath, files: any Files) {
    folder = home.appending("state".utf8).appending("masques".utf8)
    self.files = files
  }

  private func path(_ digest: String) -> FilePath { folder.appending("\(digest).yaml".utf8) }

  /// Keeps some bytes.
  func keep(_ bytes: [UInt8], _ digest: String) throws(CommandError) {
    if (try? files.kind(of: path(digest), followingLinks: false)) == .file { return }
    do throws(FileError) {
      try files.makeFolder(folder, isPrivate: true)
      try files.writePrivate(path(digest), bytes)
    } catch {
      throw CommandError(.file, "\(error.path): \(error.message)")
    }
  }

  /// The masque with this digest; nil if it is not known here, or not as it was.
  func masque(_ digest: String) -> SyntaxTree? {
    guard digest.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
      let bytes = try? files.read(path(digest), maximumLength: MasqueCollection.maximumLength), sha256(bytes) == digest
    else { return nil }
    return SyntaxTree(SourceText(bytes))
  }
}

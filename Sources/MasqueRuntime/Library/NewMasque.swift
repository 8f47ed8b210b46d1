import MasqueCommands
import MasqueModel
import MasqueWorkspace
import SourceText
import YAMLSyntax

/// Writes a masque to start from.
func writeNewMasque(
  _ arguments: NewCommand.Arguments, _ context: CommandContext
) throws(CommandError) -> NewCommand.Result {
  let name = arguments.name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  let stem = MasqueName.stem(ofName: name)
  guard !stem.isEmpty, stem.utf8.count <= 100, !stem.hasPrefix("."), !stem.unicodeScalars.contains(where: isControl)
  else {
    throw CommandError(
      .invalidArguments, "`new`: no file can be called after this `name`; take one of up to 100 letters and digits")
  }
  let source = arguments.source ?? .shared
  let folder = try context.folder(of: source)
  let path = folder.appending("\(stem).masque.yaml".utf8)
  let library = MasqueCollection(
    source == .private ? MasquePlaces(privateFolder: folder) : MasquePlaces(sharedFolders: [folder]), in: context.files)
  for entry in library.entries {
    if entry.path == path || entry.summary.name.map({ MasqueName.key(of: $0.value) }) == MasqueName.key(of: name) {
      throw CommandError(.file, "there is a masque `\(entry.name)` already: \(context.shown(entry.path))")
    }
    if let index = arguments.index, entry.summary.index?.value == index {
      throw CommandError(
        .invalidArguments, "`new`: \(index) is the index of `\(entry.name)` (\(context.shown(entry.path)))")
    }
  }
  if (try? context.files.kind(of: path, followingLinks: false)) != nil {
    throw CommandError(.file, "\(context.shown(path)) is there already")
  }
  var content = MasqueScaffold.Content()
  content.ring = arguments.ring.flatMap(Ring.init(rawValue:))
  content.domain = arguments.domain
  content.tagline = arguments.tagline
  content.allowed = arguments.allowed
  content.denied = arguments.denied
  content.lens = arguments.lens
  let index = arguments.index ?? nextFreeIndex(among: library.entries.map(\.summary))
  let text = MasqueScaffold.text(name: name, index: index, content)
  do throws(FileError) {
    try context.files.makeFolder(folder, isPrivate: source == .private)
  } catch {
    throw CommandError(.file, "\(context.shown(error.path)): \(error.message)")
  }
  try context.write(path, text)
  let summary = MasqueSummary(SyntaxTree(SourceText(text)))
  return NewCommand.Result(
    masque: MasqueIdentity(summary, file: context.shown(path), source: source), text: text)
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
  scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
}

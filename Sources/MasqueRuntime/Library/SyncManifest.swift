import MasqueCommands
import MasqueModel
import MasqueWorkspace

/// Rewrites the manifests of libraries.
func syncManifests(
  _ arguments: SyncManifestCommand.Arguments, _ context: CommandContext, _ runtime: Runtime
) throws(CommandError) -> SyncManifestCommand.Result {
  var manifests: [SyncManifestCommand.Manifest] = []
  for source in arguments.source.map({ [$0] }) ?? MasqueSource.allCases {
    let folder: FilePath
    do throws(CommandError) {
      folder = try context.folder(of: source)
    } catch {
      if arguments.source != nil { throw error }
      continue
    }
    guard (try? context.files.kind(of: folder, followingLinks: true)) == .folder else {
      if arguments.source == nil { continue }
      throw CommandError(.notFound, "\(context.shown(folder)) is no folder")
    }
    manifests.append(try sync(folder, source, context, runtime))
  }
  if manifests.isEmpty { throw CommandError(.notFound, "there is no folder of masques, private or shared") }
  return SyncManifestCommand.Result(manifests: manifests)
}

private func sync(
  _ folder: FilePath, _ source: MasqueSource, _ context: CommandContext, _ runtime: Runtime
) throws(CommandError) -> SyncManifestCommand.Manifest {
  let places = source == .private ? MasquePlaces(privateFolder: folder) : MasquePlaces(sharedFolders: [folder])
  let library = MasqueCollection(places, in: context.files)
  let path = folder.appending(Array(Manifest.fileName.utf8))
  let current = (try? context.files.read(path, maximumLength: maximumManifestLength)) ?? []
  if !current.isEmpty, !ManifestFile.isManifest(current) {
    throw CommandError(.file, "\(context.shown(path)) is no manifest of masques and is left alone")
  }
  let whole = library.entries.filter { $0.problem == nil }
  var manifest = Manifest(
    of: whole.map(\.summary), generatedAt: ManifestFile(current).generatedAt ?? "")
  // The time is that of the last change.
  let isChanged = Array(manifest.yaml.utf8) != current
  if isChanged {
    manifest.generatedAt = runtime.now().wholeSeconds.text
    try context.write(path, manifest.yaml)
  }
  var skipped = library.errors.map { ListCommand.Problem(file: context.shown($0.path), message: $0.message) }
  for entry in library.entries {
    if let problem = entry.problem {
      skipped.append(ListCommand.Problem(file: context.shown(entry.path), message: problem))
    }
  }
  return SyncManifestCommand.Manifest(
    file: context.shown(path), masques: manifest.masques.count, changed: isChanged, skipped: skipped)
}

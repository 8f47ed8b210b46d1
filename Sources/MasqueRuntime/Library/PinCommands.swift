import DocumentTree
import JSON
import MasqueCommands
import MasqueModel
import MasqueWorkspace
import RegularLanguages
import SourceText
import YAMLSyntax

/// Pins a masque.
func pinMasque(
  _ arguments: PinCommand.Arguments, _ context: CommandContext, _ runtime: Runtime
) throws(CommandError) -> PinCommand.Result {
  let masque = try context.masque(arguments.masque, of: PinCommand.description)
  let pin = try pin(of: masque)
  let path = runtime.projectFolder.appending(PinFile.fileName.utf8)
  // Between the reading and the writing of the pins nobody else adds one.
  let lock = context.places.privateFolder == nil ? nil : try Wearer.store(runtime, context).lock()
  defer { withExtendedLifetime(lock) {} }
  var file = try pins(path, context)
  if let known = file[pin.name] {
    guard known.sha256 == pin.sha256 else {
      throw CommandError(
        .unfitMasque,
        "`\(pin.name)` is pinned at version \(known.version) with other bytes: `masque upgrade` pins version "
          + "\(pin.version)")
    }
    try keep(masque, pin, context)
    return PinCommand.Result(
      masque: masque.identity, sha256: pin.sha256, lock: context.shown(path), changed: false)
  }
  file.pins.append(pin)
  try keep(masque, pin, context)
  try context.write(path, file.yaml)
  return PinCommand.Result(masque: masque.identity, sha256: pin.sha256, lock: context.shown(path), changed: true)
}

/// Pins the bytes that a pinned masque has now.
func upgradeMasque(
  _ arguments: UpgradeCommand.Arguments, _ context: CommandContext, _ runtime: Runtime
) throws(CommandError) -> UpgradeCommand.Result {
  let masque = try context.masque(arguments.masque, of: UpgradeCommand.description)
  let pin = try pin(of: masque)
  let path = runtime.projectFolder.appending(PinFile.fileName.utf8)
  // Between the reading and the writing of the pins nobody else adds one.
  let lock = context.places.privateFolder == nil ? nil : try Wearer.store(runtime, context).lock()
  defer { withExtendedLifetime(lock) {} }
  var file = try pins(path, context)
  guard let place = file.pins.firstIndex(where: { MasqueName.key(of: $0.name) == MasqueName.key(of: pin.name) }) else {
    throw CommandError(
      .notFound, "`\(pin.name)` is not pinned in \(context.shown(path)); `masque pin` pins it as it is")
  }
  let known = file.pins[place]
  let isChanged = known.sha256 != pin.sha256
  let difference =
    isChanged ? difference(from: known, to: masque, context) : PinDifference(changes: [], widens: false)
  if arguments.failOnWidening == true, difference.widens != false {
    throw CommandError(
      .refused,
      "`\(pin.name)` is left at version \(known.version): "
        + (difference.widens == true
          ? "it may set out to do more than before"
          : "it can't be told whether it may set out to do more than before")
        + difference.words)
  }
  if isChanged {
    file.pins[place] = pin
    try keep(masque, pin, context)
    try context.write(path, file.yaml)
  }
  return UpgradeCommand.Result(
    masque: masque.identity, before: known.version, sha256: pin.sha256, lock: context.shown(path),
    changed: isChanged, changes: difference.changes)
}

/// Holds a masque to its pin, if it has one.
///
/// - Throws: what has changed since it was pinned.
func checkPin(
  of masque: LoadedMasque, _ digest: String, _ context: CommandContext, _ runtime: Runtime
) throws(CommandError) {
  guard let name = masque.identity.name else { return }
  let path = runtime.projectFolder.appending(PinFile.fileName.utf8)
  guard let pin = try pins(path, context)[name], pin.sha256 != digest else { return }
  let difference = difference(from: pin, to: masque, context)
  throw CommandError(
    .refused,
    "`\(name)` is pinned at version \(pin.version) in \(context.shown(path)), and \(masque.identity.file) has other "
      + "bytes\(difference.words); `masque upgrade \(MasqueName.stem(ofName: name))` pins them")
}

private func pins(_ path: FilePath, _ context: CommandContext) throws(CommandError) -> PinFile {
  let bytes: [UInt8]
  do throws(FileError) {
    bytes = try context.files.read(path, maximumLength: PinFile.maximumLength)
  } catch {
    if error.reason == .notFound { return PinFile() }
    throw CommandError(.file, "\(context.shown(path)): \(error.message)")
  }
  return try PinFile(bytes, context.shown(path))
}

private func pin(of masque: LoadedMasque) throws(CommandError) -> PinFile.Pin {
  guard let name = masque.identity.name, let version = masque.identity.version else {
    throw CommandError(.unfitMasque, "\(masque.identity.file) has no name and version to pin")
  }
  return PinFile.Pin(name: name, version: version, sha256: sha256(masque.syntax.text.bytes))
}

/// Keeps the bytes that a pin means, so that they can be compared with what becomes of them.
private func keep(_ masque: LoadedMasque, _ pin: PinFile.Pin, _ context: CommandContext) throws(CommandError) {
  guard let home = context.places.privateFolder else { return }
  try MasqueStore(home: home, files: context.files).keep(masque.syntax.text.bytes, pin.sha256)
}

/// What has become of a pinned masque.
private struct PinDifference {
  /// A sentence each, without a final full stop.
  var changes: [String]
  /// Whether it may set out to do more; nil if that can't be told.
  var widens: Bool?

  var words: String { changes.isEmpty ? "" : ": " + changes.joined(separator: "; ") }
}

private func difference(
  from pin: PinFile.Pin, to masque: LoadedMasque, _ context: CommandContext
) -> PinDifference {
  let store = context.places.privateFolder.map { MasqueStore(home: $0, files: context.files) }
  guard let before = store?.masque(pin.sha256) else {
    let version = masque.identity.version ?? "none"
    return PinDifference(
      changes: [
        version == pin.version ? "the version is the same" : "its version is \(version) now",
        "the pinned text was never worn or pinned on this machine, so that it can't be compared",
      ])
  }
  var changes: [String] = []
  let (old, new) = (sectionTexts(before), sectionTexts(masque.syntax))
  for (key, text) in new {
    if let earlier = old.first(where: { $0.key == key }) {
      if earlier.text != text {
        changes.append(key == "version" ? "`version` was \(earlier.text) and is \(text)" : "`\(key)` changed")
      }
    } else {
      changes.append("`\(key)` is new")
    }
  }
  for (key, _) in old where !new.contains(where: { $0.key == key }) { changes.append("`\(key)` is gone") }
  if changes.isEmpty { changes.append("only comments, order or layout changed") }

  let identity = MasqueIdentity(MasqueSummary(before), file: "the pinned text", source: nil)
  let earlier = LoadedMasque(path: "pinned", identity: identity, syntax: before)
  let hasIntents = (MasqueIntent(before.tree) != nil, MasqueIntent(masque.syntax.tree) != nil)
  if hasIntents == (false, false) { return PinDifference(changes: changes, widens: false) }
  guard let former = try? earlier.wholeIntent(), let latter = try? masque.wholeIntent() else {
    return PinDifference(changes: changes)
  }
  let comparison = latter.compared(to: former)
  if case .phrase(let phrase) = comparison.onlyHere {
    changes.append("it may now “\(phrase.text)”, which it might not before")
  }
  if case .phrase(let phrase) = comparison.onlyThere {
    changes.append("it may no longer “\(phrase.text)”")
  }
  return PinDifference(changes: changes, widens: comparison.isWidening)
}

/// What each section says, in document order: its values, not how they are written.
private func sectionTexts(_ syntax: SyntaxTree) -> [(key: String, text: String)] {
  let tree = syntax.tree
  guard let root = tree.root, tree[root].kind == .mapping else { return [] }
  return tree.pairs(of: root).map { pair in
    (tree.text(of: pair.key), JSONValue(tree, pair.value).map { $0.stringValue ?? $0.text(.line) } ?? "")
  }
}

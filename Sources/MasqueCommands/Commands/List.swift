import JSON
import MasqueModel
public import MasqueWorkspace
import SourceText

/// `list`: the masques that there are.
public enum ListCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// Whose masques are wanted; everybody's if not given.
    public var source: MasqueSource?
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// The masques.
    public var masques: [Masque]
    /// What could not be looked at.
    public var errors: [Problem]
  }

  /// A masque of the list.
  public struct Masque: Encodable, Sendable, Hashable {
    /// Its name, or the one that its file suggests.
    public var name: String
    /// Its index, if it has one.
    public var index: Int?
    /// Its version, if it has one.
    public var version: String?
    /// Its ring, if it has one.
    public var ring: String?
    /// Its domain, if it says one.
    public var domain: String?
    /// Its tagline, or else its philosophy, if it says one.
    public var tagline: String?
    /// Whose it is.
    public var source: MasqueSource
    /// Its file.
    public var file: String
    /// Whether it is worn.
    public var active: Bool
    /// Whether another masque of its name is found first.
    public var shadowed: Bool
    /// Why it can't be used.
    public var problem: String?
  }

  /// Something that could not be looked at.
  public struct Problem: Encodable, Sendable, Hashable {
    /// The file or folder.
    public var file: String
    /// Why not.
    public var message: String

    /// A problem; see the properties.
    public init(file: String, message: String) {
      self.file = file
      self.message = message
    }
  }

  public static let description = CommandDescription(
    "list", title: "List Masques",
    summary: "Lists the masques that can be put on.",
    discussion: """
      Private masques come first, then the shared ones, each in the order of their names. Of two masques with one name, \
      their case aside, the private one is found by it, and the other is marked as shadowed. A file that can't be used \
      is listed with what is wrong with it. Of a masque that is older than the `manifest.yaml` beside it, the manifest is \
      believed.
      """,
    parameters: [
      CommandParameter("source", MasqueIdentity.sourceShape, "Whose masques are wanted. Everybody's if not given.")
    ],
    result: [
      ValueField(
        "masques",
        .array(
          .object([
            ValueField("name", .string, "Its name, or the one that its file suggests."),
            ValueField("index", .integer(minimum: 1), isRequired: false, "Its index."),
            ValueField("version", .string, isRequired: false, "Its version."),
            ValueField("ring", MasqueIdentity.ringShape, isRequired: false, "Its ring."),
            ValueField("domain", .string, isRequired: false, "What it works on."),
            ValueField("tagline", .string, isRequired: false, "Its tagline, or else its philosophy, on one line."),
            ValueField("source", MasqueIdentity.sourceShape, "Whose it is."),
            ValueField("file", .string, "Its file: seen from the current folder where it lies in it, else absolute."),
            ValueField("active", .boolean, "Whether it is worn."),
            ValueField("shadowed", .boolean, "Whether another masque of its name is found first."),
            ValueField("problem", .string, isRequired: false, "Why it can't be used. Absent for one that can."),
          ])), "The masques."),
      ValueField(
        "errors",
        .array(
          .object([
            ValueField("file", .string, "The file or folder."), ValueField("message", .string, "Why not."),
          ])), "What could not be looked at."),
    ],
    examples: [
      CommandExample("All masques.", [:]), CommandExample("Your own.", ["source": "private"]),
    ])
}

/// Lists masques.
func listMasques(_ arguments: ListCommand.Arguments, _ context: CommandContext) -> ListCommand.Result {
  let collection = MasqueCollection(context.places, in: context.files, trustsManifests: true)
  let currentFolder = context.files.currentFolder
  let activeKey = context.activeMasque.map { MasqueName.key(of: $0.name) }
  var isActiveFound = false
  let masques = collection.entries.compactMap { entry -> ListCommand.Masque? in
    guard arguments.source == nil || entry.source == arguments.source else { return nil }
    let isActive =
      !isActiveFound && context.activeMasque?.source == entry.source
      && activeKey == MasqueName.key(of: entry.name)
    if isActive { isActiveFound = true }
    let summary = entry.summary
    return ListCommand.Masque(
      name: entry.name, index: summary.index?.value, version: summary.version?.value,
      ring: summary.ring?.value.rawValue, domain: summary.domain?.value, tagline: summary.tagline?.value,
      source: entry.source, file: CommandContext.shown(entry.path, from: currentFolder), active: isActive,
      shadowed: entry.isShadowed, problem: entry.problem)
  }
  let keys = masques.map { MasqueName.key(of: $0.name) }
  let order = masques.indices.sorted { a, b in
    if masques[a].source != masques[b].source { return masques[a].source == .private }
    if keys[a] != keys[b] { return keys[a].utf8.lexicographicallyPrecedes(keys[b].utf8) }
    return (masques[a].shadowed ? 1 : 0, masques[a].file) < (masques[b].shadowed ? 1 : 0, masques[b].file)
  }
  return ListCommand.Result(
    masques: order.map { masques[$0] },
    errors: collection.errors.map { ListCommand.Problem(file: context.shown($0.path), message: $0.message) })
}

import JSON
import JSONRPC
import MasqueCommands
import MasqueModel
import MasqueWorkspace

/// A masque that agents know by a name of its own.
struct NamedMasque {
  /// The name in the form in which names are compared.
  var key: String
  /// The name as its masque writes it, or as its file suggests it.
  var name: String
  /// What there is to know of it.
  var entry: MasqueCollection.Entry
}

extension CommandContext {
  /// Every masque that is found by its name, in the order of the names. What can't be used is among them, with its
  /// problem.
  func namedMasques() -> [NamedMasque] {
    let collection = MasqueCollection(places, in: files, trustsManifests: true)
    var found: [NamedMasque] = []
    var keys: Set<String> = []
    // Names before what a file's name suggests: so does who looks for one.
    for hasName in [true, false] {
      for entry in collection.entries where (entry.summary.name != nil) == hasName && !entry.isShadowed {
        let key = MasqueName.key(of: entry.name)
        if !key.isEmpty, keys.insert(key).inserted {
          found.append(NamedMasque(key: key, name: entry.name, entry: entry))
        }
      }
    }
    return found.sorted { $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars) }
  }

  /// The masque that a name, a file's name or an index stands for; never a path.
  ///
  /// - Returns: the masque, nil if there is none.
  func namedMasque(_ name: String) -> MasqueCollection.Entry? {
    if let entry = MasqueCollection.entry(for: name, places, in: files) { return entry }
    // What its file suggests is a name as well.
    let key = MasqueName.key(of: name)
    return namedMasques().first { $0.key == key }?.entry
  }

  /// The name that a misspelt one was probably meant to be, as the end of a sentence.
  func suggestion(for name: String) -> String {
    guard let nearest = nearestSpelling(of: name, among: namedMasques().map(\.name)) else { return "" }
    return ": did you mean `\(nearest)`?"
  }

  /// What putting a masque on prints, by the command that says so.
  ///
  /// - Throws: why it can't be put on.
  func block(of entry: MasqueCollection.Entry, _ table: CommandTable) throws(CommandError) -> String {
    if let problem = entry.problem { throw CommandError(.unfitMasque, "\(shown(entry.path)): \(problem)") }
    let result = try table.run("preview", ["masque": .string(entry.path.description)], self)
    return result["text"]?.stringValue ?? ""
  }
}

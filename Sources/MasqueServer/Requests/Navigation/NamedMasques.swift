import LanguageServerProtocol
import MasqueAnalysis
import MasqueModel
import MasqueWorkspace
import SourceText

/// A masque with what it names, and where in it, as the client counts.
struct NamedMasque: Sendable {
  /// The masque.
  let masque: WorkspaceMasque
  /// What it names, in document order; of a masque that is not open only what others may name, too.
  let mentions: [Mention]
  private let encoding: PositionEncoding

  /// What an open document names as it is now.
  init(_ document: Document) {
    masque = .open(document)
    mentions = MasqueAnalysis.mentions(in: document.snapshot)
    encoding = document.encoding
  }

  /// What a masque of the workspace names.
  init(_ masque: WorkspaceMasque, _ encoding: PositionEncoding) {
    self.masque = masque
    self.encoding = encoding
    switch masque {
    case .open(let document): mentions = MasqueAnalysis.mentions(in: document.snapshot)
    case .closed(let file): mentions = file.facts?.names.mentions ?? []
    }
  }

  /// The URI, for an open one as the client spells it.
  var uri: String { masque.uri }

  /// The indices of the mentions for which a condition holds.
  func indices(where condition: (Mention) -> Bool) -> [Int] { mentions.indices.filter { condition(mentions[$0]) } }

  /// A mention's name as a place that the client can go to.
  func location(of index: Int) -> LSP.Location { LSP.Location(uri: uri, range: range(of: index)) }

  /// A link from a stretch of the document that was asked about to a mention.
  func link(to index: Int, from origin: LSP.Range) -> LSP.LocationLink {
    let extent: LSP.Range =
      switch masque {
      case .open(let document): document.range(of: mentions[index].extent)
      case .closed(let file): file.facts?.names.extent(of: index, encoding) ?? range(of: index)
      }
    return LSP.LocationLink(
      originSelectionRange: origin, targetUri: uri, targetRange: extent, targetSelectionRange: range(of: index))
  }

  private func range(of index: Int) -> LSP.Range {
    let nowhere = LSP.Position(line: 0, character: 0)
    switch masque {
    case .open(let document): return document.range(of: mentions[index].range)
    case .closed(let file):
      return file.facts?.names.range(of: index, encoding) ?? LSP.Range(start: nowhere, end: nowhere)
    }
  }
}

extension RequestContext {
  /// The masques of the workspace with what they name, in the order of their paths.
  var namedMasques: [NamedMasque] { masques.map { NamedMasque($0, client.encoding) } }

  /// The other masques of the workspace that name one of some subjects.
  func masques(besides document: Document, naming subjects: [Subject]) -> [NamedMasque] {
    masques.lazy.filter { $0.uri != document.uri }.map { NamedMasque($0, client.encoding) }
      .filter { masque in masque.mentions.contains { subjects.contains($0.subject) } }
  }

  /// What a masque may want to name because others do.
  func knownNames(for document: Document) -> KnownNames {
    let (workspace, documents) = (workspace, documents)
    let open = { @Sendable (pick: (Mention) -> Bool) -> [String] in
      documents.all.filter { $0.uri != document.uri && $0.isMasque }.sorted { $0.uri < $1.uri }
        .flatMap { mentions(in: $0.snapshot).filter(pick).map(\.name) }
    }
    return KnownNames(
      skills: {
        let known = workspace.commonNames.value(of: workspace.files).skills
        return distinct(open { if case .skill = $0.subject { true } else { false } } + known)
      },
      resources: {
        let known = workspace.commonNames.value(of: workspace.files).resources
        return distinct(open { if case .resource = $0.subject { true } else { false } } + known)
      },
      nextIndex: { nextIndex(for: document) })
  }

  /// The next free index of the library that a document belongs to, or will belong to when it is saved.
  private func nextIndex(for document: Document) -> Int? {
    guard let path = document.path else { return nil }
    let library =
      workspace.library(of: path)
      ?? workspace.libraries.filter { path.starts(with: $0.root.folder) && $0.root.kind != .folder }
      .max { $0.root.folder.bytes.count < $1.root.folder.bytes.count }
      ?? workspace.libraries.first { $0.root.folder == path.parent }
    guard let library else { return nil }
    let open = documents.byPath
    let others = library.members.lazy.map { workspace.files[$0] }.filter { $0.path != path }
    return nextFreeIndex(among: others.compactMap { open[$0.path]?.summary ?? $0.facts?.summary })
  }
}

extension FilePath {
  fileprivate func starts(with folder: FilePath) -> Bool { components.starts(with: folder.components) }
}

private func distinct(_ names: [String]) -> [String] {
  var seen: Set<String> = []
  return names.filter { seen.insert($0).inserted }
}

import LanguageServerProtocol
import MasqueAnalysis
import SourceText

/// A masque with what it names, and a way to say where in it.
struct NamedMasque: Sendable {
  /// The masque as it is now.
  let document: Document
  /// What it names, in document order.
  let mentions: [Mention]

  /// What a document names.
  init(_ document: Document) {
    self.document = document
    mentions = MasqueAnalysis.mentions(in: document.snapshot)
  }

  /// A mention's name as a place that the client can go to.
  func location(of mention: Mention) -> LSP.Location {
    LSP.Location(uri: document.uri, range: document.range(of: mention.range))
  }

  /// A link from a stretch of the document that was asked about to a mention.
  func link(to mention: Mention, from origin: LSP.Range) -> LSP.LocationLink {
    LSP.LocationLink(
      originSelectionRange: origin, targetUri: document.uri, targetRange: document.range(of: mention.extent),
      targetSelectionRange: document.range(of: mention.range))
  }
}

extension RequestContext {
  /// The other masques of the workspace that name one of some subjects.
  func otherMasques(than document: Document, naming subjects: [Subject]) -> [NamedMasque] {
    documents.all.filter { $0.uri != document.uri }.sorted { $0.uri < $1.uri }.map(NamedMasque.init)
      .filter { masque in masque.mentions.contains { subjects.contains($0.subject) } }
  }
}

import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis
import MasqueWorkspace

/// `textDocument/documentLink`: URLs, and files by their paths as seen from the masque's folder.
func documentLink(
  _ params: LSP.DocumentLinkParams, _ context: RequestContext
) throws(ResponseError) -> [LSP.DocumentLink]? {
  let document = try context.documents.required(params.textDocument.uri)
  let folder = filePath(of: document.uri).map { FilePath($0).parent }
  return documentLinks(in: document.snapshot).compactMap { link in
    switch link.target {
    case .uri(let uri):
      return LSP.DocumentLink(range: document.range(of: link.range), target: uri)
    case .path(let path):
      // A masque that is nowhere has nothing beside it.
      guard let folder else { return nil }
      let target = FilePath(path).absolute(from: folder)
      return LSP.DocumentLink(
        range: document.range(of: link.range), target: fileURI(of: target),
        tooltip: context.client.takesLinkTooltips ? target.description : nil)
    }
  }
}

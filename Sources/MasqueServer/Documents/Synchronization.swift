import LanguageServerProtocol
import SourceText

extension Server {
  /// `textDocument/didOpen`.
  func didOpen(_ params: LSP.DidOpenTextDocumentParams, _ client: ClientProfile) {
    let item = params.textDocument
    if documents[item.uri] != nil { log.note("\(item.uri) is opened and was open") }
    revision += 1
    documents[item.uri] = Document(
      uri: item.uri, language: item.languageId, version: item.version, revision: revision, text: SourceText(item.text),
      encoding: client.encoding, checks: checks)
    publisher.markChanged(item.uri)
    // What is in the editor counts from now on, whatever the file has.
    watch.markMoment(nil)
    wearing.isDue = true
  }

  /// `textDocument/didChange`.
  func didChange(_ params: LSP.DidChangeTextDocumentParams) {
    let uri = params.textDocument.uri
    guard let document = documents[uri] else {
      tell(.warning, "\(uri) is changed and not open")
      return
    }
    if params.textDocument.version < document.version {
      log.note("\(uri) goes back from version \(document.version) to \(params.textDocument.version)")
    }
    revision += 1
    let (next, complaints) = document.applying(
      params.contentChanges, version: params.textDocument.version, revision: revision)
    for complaint in complaints { tell(.warning, complaint) }
    documents[uri] = next
    publisher.markChanged(uri)
  }

  /// `textDocument/didClose`.
  func didClose(_ params: LSP.DidCloseTextDocumentParams) {
    let uri = params.textDocument.uri
    guard let document = documents[uri] else {
      log.note("\(uri) is closed and not open")
      return
    }
    documents[uri] = nil
    forgetDiagnostics(of: uri)
    tokens.forget(uri)
    watch.markMoment(document.path)
  }
}

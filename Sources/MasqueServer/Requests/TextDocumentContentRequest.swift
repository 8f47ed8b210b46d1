import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueCommands
import MasqueWorkspace
import Synchronization

/// The scheme of the documents that the server makes up: what putting a masque on would print.
///
/// `masque:///folder/name.masque.yaml` shows the masque of `file:///folder/name.masque.yaml`; `masque:NAME` one by its
/// name or index, and `masque:URI` that of an open document that is no file.
let previewScheme = "masque"

/// `workspace/textDocumentContent` (LSP 3.18).
func textDocumentContent(
  _ params: LSP.TextDocumentContentParams, _ context: RequestContext
) async throws(ResponseError) -> LSP.TextDocumentContentResult {
  guard let argument = previewArgument(params.uri, context.documents) else {
    throw ResponseError(.invalidParams, "\(params.uri) is no URI of the scheme `\(previewScheme)`")
  }
  let host = context.commandContext(in: workFolder(of: nil, context.folders))
  let result: Result<JSONValue, CommandError>
  do throws(CommandError) {
    result = .success(try CommandHost.table.run(PreviewCommand.description.name, argument, host))
  } catch {
    result = .failure(error)
  }
  switch result {
  case .success(let preview):
    let path = FilePath(preview["masque"]?["file"]?.stringValue ?? "").absolute(from: host.files.currentFolder)
    context.previews.show(params.uri, path, context.documents)
    return LSP.TextDocumentContentResult(text: preview["text"]?.stringValue ?? "")
  case .failure(let error):
    guard error.reason == .unfitMasque, let uri = argument["uri"]?.stringValue else { throw ResponseError(error) }
    // Somebody is at work on it: the preview comes back as soon as it can be put on again.
    let path = FilePath(displayPath(of: uri)).absolute(from: host.files.currentFolder)
    context.previews.show(params.uri, path, context.documents)
    return LSP.TextDocumentContentResult(text: error.message + "\n")
  }
}

/// The URI under which the masque of a document is shown.
func previewURI(of uri: String) -> String {
  uri.hasPrefix("file:") ? "\(previewScheme):\(uri.dropFirst(5))" : "\(previewScheme):\(uri)"
}

/// The argument of `preview` that a URI stands for; nil for another scheme.
func previewArgument(_ uri: String, _ documents: OpenDocuments) -> JSONValue? {
  guard let colon = uri.firstIndex(of: ":"), uri[..<colon].lowercased() == previewScheme else { return nil }
  let rest = uri[uri.index(after: colon)...]
  if rest.hasPrefix("/") { return ["uri": .string("file:\(rest)")] }
  // Decoded as a file's URI is.
  guard let text = filePath(of: "file:///\(rest)")?.dropFirst(), !text.isEmpty else { return nil }
  return documents[String(text)] == nil ? ["masque": .string(String(text))] : ["uri": .string(String(text))]
}

/// The previews that the client shows, and whether they are what they should be. Any thread may ask.
final class PreviewWatch: Sendable {
  private struct Shown {
    var path: FilePath
    /// The text's revision when it was last shown, or was last said to be old; nil for a file that is not open.
    var revision: Int?
    /// Whether its file has changed on disk.
    var isOld = false
    /// Whether the client has been told and has not answered.
    var isTold = false
  }

  private let shown = Mutex<[String: Shown]>([:])

  /// A client that forgets nothing must not make the table grow for ever.
  private static let limit = 64

  /// Notes that the client shows a preview.
  ///
  /// - Parameters:
  ///   - uri: the preview's URI.
  ///   - path: the masque's path.
  ///   - documents: what was open when it was made.
  func show(_ uri: String, _ path: FilePath, _ documents: OpenDocuments) {
    let revision = revision(of: path, documents)
    shown.withLock { shown in
      if shown[uri] == nil, shown.count >= Self.limit { shown = [:] }
      shown[uri] = Shown(path: path, revision: revision)
    }
  }

  /// The previews that are no longer what they should be; each is named once.
  func takeStale(_ documents: OpenDocuments) -> [String] {
    shown.withLock { shown in
      if shown.isEmpty { return [] }
      var stale: [String] = []
      for (uri, preview) in shown where !preview.isTold {
        let now = revision(of: preview.path, documents)
        guard now != preview.revision || preview.isOld else { continue }
        shown[uri]?.revision = now
        shown[uri]?.isOld = false
        shown[uri]?.isTold = true
        stale.append(uri)
      }
      return stale.sorted()
    }
  }

  /// Notes that a file has changed on disk; nil for any.
  func markFile(_ path: FilePath?) {
    shown.withLock { shown in
      for (uri, preview) in shown where path == nil || preview.path == path { shown[uri]?.isOld = true }
    }
  }

  /// Notes that the client has taken, or refused, the news about a preview.
  func answered(_ uri: String) { shown.withLock { $0[uri]?.isTold = false } }

  private func revision(of path: FilePath, _ documents: OpenDocuments) -> Int? {
    documents.all.first { document in
      let place = FilePath(displayPath(of: document.uri))
      return place == path || !place.isAbsolute && path.bytes.suffix(place.bytes.count).elementsEqual(place.bytes)
    }?.revision
  }
}

extension Server {
  /// Tells the client which previews to ask for again, once no message waits.
  func refreshPreviews() {
    guard case .running(let client) = phase, client.takesPreviews, inbox.isEmpty else { return }
    for uri in previews.takeStale(documents) {
      ask(LSP.TextDocumentContentRefreshRequest.self, LSP.TextDocumentContentRefreshParams(uri: uri)) {
        [previews] _ in previews.answered(uri)
      }
    }
  }
}

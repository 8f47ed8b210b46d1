import JSONRPC
import MasqueWorkspace

/// The open documents at one moment. A value: a task may hold it while the loop goes on.
struct OpenDocuments: Sendable {
  private var documents: [String: Document] = [:]

  /// The document of a URI, if it is open.
  subscript(uri: String) -> Document? {
    get { documents[uri] }
    set { documents[uri] = newValue }
  }

  /// All of them, in no order.
  var all: [Document] { Array(documents.values) }

  /// The masques among them that have a file, by its absolute path. Of two URIs of one file one counts.
  var byPath: [FilePath: Document] {
    var result: [FilePath: Document] = [:]
    for document in documents.values where document.isMasque {
      if let path = document.path { result[path] = document }
    }
    return result
  }

  /// The document that a request is about.
  ///
  /// - Throws: the answer to a request about a document that is not open.
  func required(_ uri: String) throws(ResponseError) -> Document {
    guard let document = documents[uri] else {
      throw ResponseError(.invalidParams, "the document \(uri) is not open")
    }
    return document
  }
}

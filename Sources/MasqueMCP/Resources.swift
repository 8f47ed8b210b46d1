import JSON
import JSONRPC
import MasqueCommands
import MasqueModel
import MasqueWorkspace

private let textType = "application/yaml"
private let blockType = "text/markdown"

/// `resources/list`: the text of each masque, and the identity block of each that can be put on.
func listResources(_ params: JSONObject, _ scope: RequestScope) throws(ResponseError) -> JSONObject {
  let context = scope.commandContext()
  var items: [(key: String, value: JSONValue)] = []
  for masque in context.namedMasques() where !masque.name.contains("/") {
    let tagline = masque.entry.summary.tagline.map { " \($0.value)" } ?? ""
    let uri = MasqueURI(name: masque.name)
    let problem = masque.entry.problem
    if let problem { scope.log(.warning, ["masque": .string(masque.name), "message": .string(problem)]) }
    items.append(
      resource(
        uri, title: masque.name, "\(masque.name).masque.yaml", textType,
        problem.map { "\(context.shown(masque.entry.path)) can't be put on: \($0)" }
          ?? "The masque \(masque.name), as its author wrote it.\(tagline)", scope))
    guard problem == nil else { continue }
    items.append(
      resource(
        MasqueURI(name: masque.name, isBlock: true), title: "\(masque.name): identity block", "\(masque.name) block",
        blockType, "What an agent is shown when it puts on \(masque.name).\(tagline)", scope))
  }
  return try page("resources", items, params)
}

private func resource(
  _ uri: MasqueURI, title: String, _ name: String, _ type: String, _ description: String, _ scope: RequestScope
) -> (key: String, value: JSONValue) {
  var resource: JSONObject = ["uri": .string(uri.description), "name": .string(name)]
  if scope.revision.hasStructuredContent { resource["title"] = .string(title) }
  resource["description"] = .string(description)
  resource["mimeType"] = .string(type)
  return (uri.description, .object(resource))
}

/// `resources/templates/list`.
func listResourceTemplates(_ params: JSONObject, _ scope: RequestScope) throws(ResponseError) -> JSONObject {
  let templates = [
    (MasqueURI.textTemplate, "masque", "Masque", textType, "A masque, as its author wrote it."),
    (
      MasqueURI.blockTemplate, "masque-block", "Identity block", blockType,
      "What an agent is shown when it puts the masque on."
    ),
  ]
  let items = templates.map { uri, name, title, type, description -> (key: String, value: JSONValue) in
    var template: JSONObject = ["uriTemplate": .string(uri), "name": .string(name)]
    if scope.revision.hasStructuredContent { template["title"] = .string(title) }
    template["description"] = .string(description)
    template["mimeType"] = .string(type)
    return (uri, .object(template))
  }
  return try page("resourceTemplates", items, params)
}

/// `resources/read`.
func readResource(_ params: JSONObject, _ scope: RequestScope) throws(ResponseError) -> JSONObject {
  let text = try params.string("uri")
  func notFound(_ message: String) -> ResponseError {
    ResponseError(.resourceNotFound(scope.revision), message, data: ["uri": .string(text)])
  }
  guard let uri = MasqueURI(text) else {
    throw notFound("\(quoted(text)) is no resource: they are `masque://NAME` and `masque://NAME/block`")
  }
  let context = scope.commandContext()
  guard let entry = context.namedMasque(uri.name) else {
    throw notFound("no masque is called \(quoted(uri.name))\(context.suggestion(for: uri.name))")
  }
  let contents: String
  do throws(CommandError) {
    contents = try uri.isBlock ? context.block(of: entry, scope.host.table) : context.text(of: entry)
  } catch {
    // It is there, and can't be had.
    throw ResponseError(.internalError, error.message, data: ["uri": .string(text)])
  }
  return [
    "contents": [
      [
        "uri": .string(text), "mimeType": .string(uri.isBlock ? blockType : textType), "text": .string(contents),
      ]
    ]
  ]
}

extension CommandContext {
  /// The bytes of a masque as text.
  ///
  /// - Throws: why they can't be had.
  fileprivate func text(of entry: MasqueCollection.Entry) throws(CommandError) -> String {
    // Nothing is read through a link that leads elsewhere.
    if let problem = entry.problem, (try? files.kind(of: entry.path, followingLinks: false)) != .file {
      throw CommandError(.file, "\(shown(entry.path)): \(problem)")
    }
    do throws(FileError) {
      let bytes = try files.read(entry.path, maximumLength: MasqueCollection.maximumLength)
      return String(decoding: bytes, as: UTF8.self)
    } catch {
      throw CommandError(.file, "\(shown(entry.path)): \(error.message)")
    }
  }
}

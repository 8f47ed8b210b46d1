import Foundation
public import JSON

/// The official description of the Language Server Protocol (`metaModel.json`), and what it says of a JSON value.
public struct MetaModel: Sendable {
  let structures: [String: JSONValue]
  let enumerations: [String: JSONValue]
  let aliases: [String: JSONValue]
  private let requests: [String: JSONValue]
  private let notifications: [String: JSONValue]

  /// One thing that is wrong with a value.
  public struct Problem: Hashable, Sendable, CustomStringConvertible {
    /// The way to the place, for example `items[0].label`.
    public var path: String
    /// What is wrong there.
    public var message: String

    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
  }

  /// Who sends a message.
  public enum Sender: String, Sendable {
    /// The client.
    case client = "clientToServer"
    /// The server.
    case server = "serverToClient"
  }

  /// A model from the JSON of `metaModel.json`.
  public init(_ json: JSONValue) {
    func table(_ key: String, by name: String) -> [String: JSONValue] {
      Dictionary(
        (json[key]?.arrayValue ?? []).map { ($0[name]?.stringValue ?? "", $0) }, uniquingKeysWith: { first, _ in first }
      )
    }
    structures = table("structures", by: "name").merging(Self.laterStructures) { $1 }
    enumerations = table("enumerations", by: "name")
    aliases = table("typeAliases", by: "name")
    requests = table("requests", by: "method").merging(Self.laterRequests) { $1 }
    notifications = table("notifications", by: "method")
  }

  /// The official model in the folder that the environment variable `MASQUES_SUITES` names.
  ///
  /// - Parameter version: the protocol's version.
  /// - Returns: nil if the variable is not set or the file cannot be read.
  public static func official(version: String = "3.17") -> MetaModel? {
    guard let folder = ProcessInfo.processInfo.environment["MASQUES_SUITES"],
      let data = FileManager.default.contents(atPath: "\(folder)/lsp/metaModel-\(version).json"),
      let json = try? JSONValue(parsing: Array(data))
    else { return nil }
    return MetaModel(json)
  }

  /// Whether the model has a structure, an enumeration or an alias of this name.
  public func hasType(_ name: String) -> Bool {
    structures[name] != nil || enumerations[name] != nil || aliases[name] != nil
  }

  /// The values of an enumeration that has this name, in order.
  public func values(ofEnumeration name: String) -> [JSONValue]? {
    enumerations[name]?["values"]?.arrayValue?.compactMap { $0["value"] }
  }

  /// The values of an enumeration by their names in the model.
  public func enumerationValues(_ name: String) -> [String: JSONValue]? {
    enumerations[name]?["values"]?.arrayValue.map { values in
      Dictionary(values.map { ($0["name"]?.stringValue ?? "", $0["value"] ?? .null) }, uniquingKeysWith: { $1 })
    }
  }

  /// Whether a method is a request, false for a notification, nil for a method that does not exist.
  public func isRequest(_ method: String) -> Bool? {
    requests[method] != nil ? true : notifications[method] != nil ? false : nil
  }

  /// The name of the type of a method's parameters; nil if it has none, or not a named type.
  public func paramsType(of method: String) -> String? {
    (requests[method] ?? notifications[method])?["params"]?["name"]?.stringValue
  }

  /// Whether a method may be sent by someone.
  public func mayBeSent(_ method: String, by sender: Sender) -> Bool {
    let direction = (requests[method] ?? notifications[method])?["messageDirection"]?.stringValue
    return direction == "both" || direction == sender.rawValue
  }

  /// The requests that someone may send, in the order of their methods.
  public func requests(from sender: Sender) -> [String] {
    requests.keys.filter { mayBeSent($0, by: sender) }.sorted()
  }

  // MARK: Additions

  /// LSP 3.18 § workspace/textDocumentContent, which the files do not have yet.
  private static let laterStructures: [String: JSONValue] = [
    "TextDocumentContentOptions": structure(["schemes": ["kind": "array", "element": base("string")]]),
    "TextDocumentContentParams": structure(["uri": base("DocumentUri")]),
    "TextDocumentContentResult": structure(["text": base("string")]),
    "TextDocumentContentRefreshParams": structure(["uri": base("DocumentUri")]),
  ]

  private static let laterRequests: [String: JSONValue] = [
    "workspace/textDocumentContent": [
      "messageDirection": "clientToServer", "params": reference("TextDocumentContentParams"),
      "result": reference("TextDocumentContentResult"),
    ],
    "workspace/textDocumentContent/refresh": [
      "messageDirection": "serverToClient", "params": reference("TextDocumentContentRefreshParams"),
      "result": base("null"),
    ],
  ]

  private static func base(_ name: String) -> JSONValue { ["kind": "base", "name": .string(name)] }

  private static func reference(_ name: String) -> JSONValue { ["kind": "reference", "name": .string(name)] }

  private static func structure(_ members: JSONObject) -> JSONValue {
    ["properties": .array(members.map { ["name": .string($0.key), "type": $0.value] })]
  }

  // MARK: Checks

  /// What is wrong with a value as an instance of a named type.
  public func problems(in value: JSONValue, as type: String) -> [Problem] {
    problems(value, ["kind": "reference", "name": .string(type)], "")
  }

  /// What is wrong with a value as the result of a request.
  public func problems(in result: JSONValue, asResultOf method: String) -> [Problem] {
    guard let type = requests[method]?["result"] else {
      return [Problem(path: "", message: "there is no request \(method)")]
    }
    return problems(result, type, "result")
  }

  /// What is wrong with a value as the parameters of a request or a notification.
  public func problems(in params: JSONValue?, asParamsOf method: String) -> [Problem] {
    guard let description = requests[method] ?? notifications[method] else {
      return [Problem(path: "", message: "there is no method \(method)")]
    }
    switch (description["params"], params) {
    case (nil, nil), (nil, .null?): return []
    case (nil, _?): return [Problem(path: "params", message: "\(method) has no parameters")]
    case (_?, nil): return [Problem(path: "params", message: "\(method) needs parameters")]
    case (let type?, let params?):
      var found = problems(params, type, "params")
      if method == "client/registerCapability" { found += problems(inRegistrations: params) }
      return found
    }
  }

  /// What is wrong with a whole message.
  ///
  /// - Parameters:
  ///   - message: the message's JSON.
  ///   - sender: who sends it.
  ///   - method: for a response, the request that it answers.
  /// - Returns: the problems.
  public func problems(inMessage message: JSONValue, from sender: Sender, answering method: String? = nil) -> [Problem]
  {
    guard message["jsonrpc"] == "2.0" else { return [Problem(path: "jsonrpc", message: "must be \"2.0\"")] }
    let idType: JSONValue = [
      "kind": "or", "items": [["kind": "base", "name": "integer"], ["kind": "base", "name": "string"]],
    ]
    if let sent = message["method"]?.stringValue {
      guard let isRequest = isRequest(sent) else {
        return [Problem(path: "method", message: "there is no method \(sent)")]
      }
      var found = problems(in: message["params"], asParamsOf: sent)
      if !mayBeSent(sent, by: sender) { found.append(Problem(path: "method", message: "\(sent) goes the other way")) }
      if isRequest {
        found += message["id"].map { problems($0, idType, "id") } ?? [Problem(path: "id", message: "missing")]
      } else if message["id"] != nil {
        found.append(Problem(path: "id", message: "a notification has none"))
      }
      return found + unknownKeys(of: message, known: ["jsonrpc", "id", "method", "params"], "")
    }
    var found = unknownKeys(of: message, known: ["jsonrpc", "id", "result", "error"], "")
    if message["id"] == nil { found.append(Problem(path: "id", message: "missing")) }
    switch (message["result"], message["error"]) {
    case (let result?, nil):
      if let method { found += problems(in: result, asResultOf: method) }
    case (nil, let error?):
      if error["code"]?.integerValue == nil { found.append(Problem(path: "error.code", message: "must be an integer")) }
      if error["message"]?.stringValue == nil {
        found.append(Problem(path: "error.message", message: "must be a string"))
      }
      found += unknownKeys(of: error, known: ["code", "message", "data"], "error")
      if let data = error["data"], let type = method.flatMap({ requests[$0]?["errorData"] }) {
        found += problems(data, type, "error.data")
      }
    default:
      found.append(Problem(path: "", message: "a response has either a result or an error"))
    }
    return found
  }

  private func problems(inRegistrations params: JSONValue) -> [Problem] {
    var found: [Problem] = []
    for (index, registration) in (params["registrations"]?.arrayValue ?? []).enumerated() {
      guard let method = registration["method"]?.stringValue else { continue }
      let all = Array(requests.values) + Array(notifications.values)
      let owner =
        (requests[method] ?? notifications[method]) ?? all.first { $0["registrationMethod"] == .string(method) }
      let path = "params.registrations[\(index)]"
      guard let owner else {
        found.append(Problem(path: path + ".method", message: "there is no method \(method)"))
        continue
      }
      if let options = registration["registerOptions"], let type = owner["registrationOptions"] {
        found += problems(options, type, path + ".registerOptions")
      }
    }
    return found
  }

  private func unknownKeys(of value: JSONValue, known: Set<String>, _ path: String) -> [Problem] {
    (value.objectValue?.keys ?? []).filter { !known.contains($0) }.map {
      Problem(path: join(path, $0), message: "unknown member")
    }
  }

  private func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : path + "." + key }
}

// MARK: - Types

extension MetaModel {
  private func problems(_ value: JSONValue, _ type: JSONValue, _ path: String) -> [Problem] {
    func mismatch(_ expected: String) -> [Problem] {
      [Problem(path: path, message: "expected \(expected), found \(value.kindDescription)")]
    }
    switch type["kind"]?.stringValue {
    case "base":
      return baseProblems(value, type["name"]?.stringValue ?? "", path)
    case "reference":
      return referenceProblems(value, type["name"]?.stringValue ?? "", path)
    case "array":
      guard let items = value.arrayValue else { return mismatch("an array") }
      return items.enumerated().flatMap { problems($0.element, type["element"] ?? .null, "\(path)[\($0.offset)]") }
    case "map":
      guard let object = value.objectValue else { return mismatch("an object") }
      return object.flatMap { key, value in
        problems(.string(key), type["key"] ?? .null, join(path, key))
          + problems(value, type["value"] ?? .null, join(path, key))
      }
    case "or":
      let branches = (type["items"]?.arrayValue ?? []).map { problems(value, $0, path) }
      // The branch that fits best tells most: it is wrong deeper down, has fewer unknown members, fewer problems.
      func rank(_ found: [Problem]) -> (Int, Int, Int) {
        let isWrongHere = found.contains { $0.path == path && !$0.message.hasPrefix("the member") }
        return (isWrongHere ? 1 : 0, found.count { $0.message == "unknown member" }, found.count)
      }
      return branches.min { rank($0) < rank($1) } ?? []
    case "and":
      return (type["items"]?.arrayValue ?? []).flatMap { problems(value, $0, path) }
    case "literal":
      return memberProblems(value, type["value"]?["properties"]?.arrayValue ?? [], path)
    case "stringLiteral":
      return value == type["value"] ? [] : mismatch("the string \(type["value"] ?? .null)")
    case "tuple":
      let types = type["items"]?.arrayValue ?? []
      guard let items = value.arrayValue, items.count == types.count else { return mismatch("\(types.count) items") }
      return zip(items, types).enumerated().flatMap { problems($0.element.0, $0.element.1, "\(path)[\($0.offset)]") }
    case "integerLiteral", "booleanLiteral":
      return value == type["value"] ? [] : mismatch("\(type["value"] ?? .null)")
    default:
      return [Problem(path: path, message: "the model has a type that is not understood: \(type)")]
    }
  }

  private func baseProblems(_ value: JSONValue, _ name: String, _ path: String) -> [Problem] {
    func require(_ isRight: Bool, _ expected: String) -> [Problem] {
      isRight ? [] : [Problem(path: path, message: "expected \(expected), found \(value.kindDescription) \(value)")]
    }
    switch name {
    case "string", "RegExp": return require(value.stringValue != nil, "a string")
    case "URI", "DocumentUri":
      let scheme = value.stringValue?.prefix { $0 != ":" } ?? ""
      let isScheme =
        scheme.first.map { $0.isASCII && $0.isLetter } == true
        && scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
      return require(isScheme && value.stringValue?.contains(":") == true, "a URI")
    case "boolean": return require(value.boolValue != nil, "a Boolean")
    case "null": return require(value.isNull, "null")
    case "integer", "uinteger":
      guard case .integer(let number) = value else { return require(false, "an integer") }
      let least: Int64 = name == "integer" ? -2_147_483_648 : 0
      return require(number >= least && number <= 2_147_483_647, "an integer from \(least) to 2147483647")
    case "decimal": return require(value.doubleValue != nil, "a number")
    default: return [Problem(path: path, message: "the model has a base type that is not understood: \(name)")]
    }
  }

  private func referenceProblems(_ value: JSONValue, _ name: String, _ path: String) -> [Problem] {
    if name == "LSPAny" { return [] }
    if structures[name] != nil { return memberProblems(value, members(of: name), path) }
    if let enumeration = enumerations[name] {
      let found = problems(value, enumeration["type"] ?? .null, path)
      if !found.isEmpty || enumeration["supportsCustomValues"] == true { return found }
      let values = values(ofEnumeration: name) ?? []
      return values.contains(value) ? [] : [Problem(path: path, message: "\(value) is no \(name)")]
    }
    if let alias = aliases[name] { return problems(value, alias["type"] ?? .null, path) }
    return [Problem(path: path, message: "the model has no type \(name)")]
  }

  /// The members of a structure with those that it takes over; its own first.
  func members(of name: String) -> [JSONValue] {
    guard let structure = structures[name] else { return [] }
    var members = structure["properties"]?.arrayValue ?? []
    if name == "ServerCapabilities" { members = members.map(Self.withTextDocumentContent) }
    for base in (structure["extends"]?.arrayValue ?? []) + (structure["mixins"]?.arrayValue ?? []) {
      for member in self.members(of: base["name"]?.stringValue ?? "")
      where !members.contains(where: { $0["name"] == member["name"] }) {
        members.append(member)
      }
    }
    return members
  }

  /// Adds the server's capability of LSP 3.18 to those that concern the workspace.
  private static func withTextDocumentContent(_ member: JSONValue) -> JSONValue {
    guard member["name"] == "workspace", let members = member["type"]?["value"]?["properties"]?.arrayValue else {
      return member
    }
    let added: JSONValue = [
      "name": "textDocumentContent", "optional": true, "type": reference("TextDocumentContentOptions"),
    ]
    return [
      "name": "workspace", "optional": true,
      "type": ["kind": "literal", "value": ["properties": .array(members + [added])]],
    ]
  }

  private func memberProblems(_ value: JSONValue, _ members: [JSONValue], _ path: String) -> [Problem] {
    guard let object = value.objectValue else {
      return [Problem(path: path, message: "expected an object, found \(value.kindDescription)")]
    }
    var found: [Problem] = []
    var known: Set<String> = []
    for member in members {
      let name = member["name"]?.stringValue ?? ""
      known.insert(name)
      if let given = object[name] {
        found += problems(given, member["type"] ?? .null, join(path, name))
      } else if member["optional"] != true {
        found.append(Problem(path: path, message: "the member \(name) is missing"))
      }
    }
    return found + unknownKeys(of: value, known: known, path)
  }
}

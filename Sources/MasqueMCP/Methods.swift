import JSON
import JSONRPC

/// A request that is answered from what is on disk, without knowing of other requests.
struct Method: Sendable {
  /// How long, and by whom, a result may be kept (stateless revisions).
  enum Cache: Sendable {
    /// Never.
    case none
    /// It is what this program is: for an hour, by anyone.
    case program
    /// It is what the disk says: it is stale at once, and one person's.
    case disk

    /// The members of a result that say so.
    var hints: JSONObject {
      switch self {
      case .none: [:]
      case .program: ["ttlMs": 3_600_000, "cacheScope": "public"]
      case .disk: ["ttlMs": 0, "cacheScope": "private"]
      }
    }
  }

  /// How a result may be kept.
  let cache: Cache
  /// Answers a request.
  let answer: @Sendable (JSONObject, RequestScope) throws(ResponseError) -> JSONObject

  init(_ cache: Cache, _ answer: @escaping @Sendable (JSONObject, RequestScope) throws(ResponseError) -> JSONObject) {
    self.cache = cache
    self.answer = answer
  }
}

/// The requests that every revision knows. Those about the session are the loop's own.
let methods: [String: Method] = [
  "tools/list": Method(.program, listTools),
  "tools/call": Method(.none, callTool),
  "prompts/list": Method(.disk, listPrompts),
  "prompts/get": Method(.none, getPrompt),
  "resources/list": Method(.disk, listResources),
  "resources/templates/list": Method(.program, listResourceTemplates),
  "resources/read": Method(.disk, readResource),
  "completion/complete": Method(.none, complete),
]

/// A result with what every result has.
func finished(_ result: JSONObject, _ cache: Method.Cache, _ revision: ProtocolRevision) -> JSONObject {
  guard revision.isStateless else { return result }
  var full: JSONObject = ["resultType": "complete"]
  for (key, value) in result { full[key] = value }
  for (key, value) in cache.hints { full[key] = value }
  var meta = result["_meta"]?.objectValue ?? [:]
  meta[MetaKey.serverInfo] = .object(implementation(revision))
  full["_meta"] = .object(meta)
  return full
}

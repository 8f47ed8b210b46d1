public import DocumentTree

/// The values of a masque's top-level keys, found in one walk without an allocation. Aliases are followed, and a merge
/// key is resolved; of a key that stands there twice the first counts.
public struct MasqueSections: Sendable {
  /// `name`
  public private(set) var name: NodeID?
  /// `index`
  public private(set) var index: NodeID?
  /// `version`
  public private(set) var version: NodeID?
  /// `ring`
  public private(set) var ring: NodeID?
  /// `attributes`
  public private(set) var attributes: NodeID?
  /// `spinnerVerbs`
  public private(set) var spinnerVerbs: NodeID?
  /// `skills`
  public private(set) var skills: NodeID?
  /// `intent`
  public private(set) var intent: NodeID?
  /// `context`
  public private(set) var context: NodeID?
  /// `knowledge`
  public private(set) var knowledge: NodeID?
  /// `access`
  public private(set) var access: NodeID?
  /// `lens`
  public private(set) var lens: NodeID?
  /// `mcp`
  public private(set) var mcp: NodeID?
  /// `performance`
  public private(set) var performance: NodeID?

  /// The sections of a document; none for one that is no mapping. O(keys).
  public init(_ tree: DocumentTree) {
    guard let root = tree.root, tree[root].kind == .mapping else { return }
    if tree[root].flags.contains(.merge) {
      for (key, value) in tree.mergedPairs(of: root) { add(key, value, tree) }
    } else {
      for (key, value) in tree.pairs(of: root) { add(key, value, tree) }
    }
  }

  private mutating func add(_ key: NodeID, _ value: NodeID, _ tree: DocumentTree) {
    guard let value = tree.resolved(value) else { return }
    func set(_ section: inout NodeID?, _ name: StaticString) {
      if section == nil, tree.hasText(key, name) { section = value }
    }
    // A key's length says which names it can have.
    switch tree[key].count {
    case 3:
      set(&mcp, "mcp")
    case 4:
      set(&name, "name")
      set(&ring, "ring")
      set(&lens, "lens")
    case 5:
      set(&index, "index")
    case 6:
      set(&intent, "intent")
      set(&skills, "skills")
      set(&access, "access")
    case 7:
      set(&version, "version")
      set(&context, "context")
    case 9:
      set(&knowledge, "knowledge")
    case 10:
      set(&attributes, "attributes")
    case 11:
      set(&performance, "performance")
    case 12:
      set(&spinnerVerbs, "spinnerVerbs")
    default:
      break
    }
  }
}

extension DocumentTree {
  /// The value of a mapping's key, aliases followed and merge keys resolved; the first of several.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - mapping: the mapping; any other node has no keys.
  /// - Returns: the value, never an alias. Without an allocation where there is no merge key.
  public func member(_ key: StaticString, of mapping: NodeID?) -> NodeID? {
    guard let mapping, self[mapping].kind == .mapping else { return nil }
    if self[mapping].flags.contains(.merge) {
      return mergedPairs(of: mapping).first { hasText($0.key, key) }.flatMap { resolved($0.value) }
    }
    for (candidate, value) in pairs(of: mapping) where hasText(candidate, key) { return resolved(value) }
    return nil
  }

  /// Whether a node is a text: no number, no truth value, not nothing.
  public func isText(_ id: NodeID) -> Bool { self[id].kind == .scalar && self[id].type == .string }
}

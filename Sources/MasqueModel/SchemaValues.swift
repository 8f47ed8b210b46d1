import DocumentTree
public import JSONSchema
import YAMLSyntax

/// A value that the schema names, with what it says of it.
public struct SchemaValue: Sendable, Hashable {
  /// The value as text: `player`, `*`, `null`.
  public var text: String
  /// The value as YAML, in quotes where it needs some.
  public var yaml: String
  /// Whether it is a text; a number, a truth value or null otherwise.
  public var isText: Bool
  /// What it means, in Markdown.
  public var description: String?
  /// Whether it is what counts when nothing is written.
  public var isDefault: Bool

  /// A value; see the properties.
  public init(text: String, yaml: String, isText: Bool, description: String? = nil, isDefault: Bool = false) {
    self.text = text
    self.yaml = yaml
    self.isText = isText
    self.description = description
    self.isDefault = isDefault
  }
}

/// What the masque schema says about values, in words. Each question looks through `$ref` and the like.
extension Schema {
  /// The values that `enum` or `const` allows, in the order of the schema.
  ///
  /// - Parameter subschemas: those of the place.
  /// - Returns: the values; empty where any value of some type will do.
  public func allowedValues(of subschemas: [SubschemaID]) -> [SchemaValue] {
    for id in inPlace(subschemas) {
      if let list = node(of: id, "enum") {
        let tree = document(of: id)
        return tree.children(of: list).compactMap { value($0, of: id, subschemas) }
      }
      if let constant = node(of: id, "const") { return value(constant, of: id, subschemas).map { [$0] } ?? [] }
    }
    return []
  }

  /// The values that `examples` gives, in the order of the schema.
  ///
  /// - Parameter subschemas: those of the place.
  /// - Returns: the values.
  public func examples(of subschemas: [SubschemaID]) -> [SchemaValue] {
    for id in inPlace(subschemas) {
      if let list = node(of: id, "examples") {
        return document(of: id).children(of: list).compactMap { value($0, of: id, subschemas) }
      }
    }
    return []
  }

  /// The title of a place.
  public func title(of id: SubschemaID) -> String? { text(of: [id], "title") }

  /// Whether a text is usually long enough for a `|` block: it has no form, no example and no limit.
  ///
  /// - Parameter subschemas: those of the place.
  /// - Returns: the guess.
  public func isLongText(_ subschemas: [SubschemaID]) -> Bool {
    guard types(of: subschemas) == .string, examples(of: subschemas).isEmpty, allowedValues(of: subschemas).isEmpty
    else { return false }
    return inPlace(subschemas).allSatisfy { id in
      node(of: id, "minLength") == nil && node(of: id, "format") == nil
        && (node(of: id, "pattern").map { document(of: id).text(of: $0).count < 4 } ?? true)
    }
  }

  private func value(_ node: NodeID, of id: SubschemaID, _ subschemas: [SubschemaID]) -> SchemaValue? {
    let tree = document(of: id)
    guard tree[node].kind == .scalar else { return nil }
    let isText = tree[node].type == .string
    let text = isText ? tree.text(of: node) : tree[node].type == .null ? "null" : tree.text(of: node)
    var description: String?
    if let descriptions = self.node(of: id, "x-enumDescriptions") {
      description = tree.value(forKey: text, in: descriptions).map { tree.text(of: $0) }
    }
    let isDefault =
      self.node(of: id, "default").map { tree.sameText($0, node) && tree[$0].type == tree[node].type } ?? false
    return SchemaValue(
      text: text, yaml: isText ? ScalarWriting.scalar(text) : text, isText: isText, description: description,
      isDefault: isDefault)
  }
}

public import DocumentTree
public import SourceText
public import YAMLSyntax

/// What lists, manifests and cross-file checks need to know of a masque: small enough to keep for every file.
public struct MasqueSummary: Sendable, Hashable {
  /// A value with the bytes that say it.
  public struct Field<Value: Sendable & Hashable>: Sendable, Hashable {
    /// The value.
    public var value: Value
    /// Where it is written: for a value that is written as an alias, the value that the alias stands for.
    public var range: ByteRange

    /// A value and its place.
    public init(_ value: Value, _ range: ByteRange) {
      self.value = value
      self.range = range
    }
  }

  /// The name, unless there is none or it is blank.
  public var name: Field<String>?
  /// The index, unless it is no whole number from 1.
  public var index: Field<Int>?
  /// The version, unless it is no text.
  public var version: Field<String>?
  /// The ring, unless it is none.
  public var ring: Field<Ring>?
  /// `attributes.domain`, on one line; nil unless it is a scalar with a text.
  public var domain: Field<String>?
  /// `attributes.tagline`, or `attributes.philosophy` where there is no tagline, on one line.
  public var tagline: Field<String>?

  /// Whether all is there that a manifest must say of a masque.
  public var isWhole: Bool { name != nil && index != nil && version != nil && ring != nil }

  /// A summary of nothing.
  public init() {}

  /// The summary of a document. O(keys of the top level and of `attributes`).
  public init(_ syntax: SyntaxTree) {
    self.init(syntax.tree, MasqueSections(syntax.tree))
  }

  /// The summary of a document whose sections are known.
  ///
  /// - Parameters:
  ///   - tree: the document.
  ///   - sections: its sections.
  public init(_ tree: DocumentTree, _ sections: MasqueSections) {
    name = text(sections.name, tree)
    version = text(sections.version, tree)
    if let node = sections.index, let number = tree.number(of: node), let value = number.asInt, value >= 1 {
      index = Field(value, tree[node].range)
    }
    if let node = sections.ring, tree.isText(node) {
      ring = Ring.allCases.first { tree.hasText(node, $0.rawValue) }.map { Field($0, tree[node].range) }
    }
    guard let attributes = sections.attributes else { return }
    domain = line(tree.member("domain", of: attributes), tree)
    tagline =
      line(tree.member("tagline", of: attributes), tree) ?? line(tree.member("philosophy", of: attributes), tree)
  }
}

private func text(_ node: NodeID?, _ tree: DocumentTree) -> MasqueSummary.Field<String>? {
  guard let node, tree.isText(node), !isBlank(node, tree) else { return nil }
  return .init(tree.text(of: node), tree[node].range)
}

/// A scalar's text with runs of white space collapsed to one blank.
private func line(_ node: NodeID?, _ tree: DocumentTree) -> MasqueSummary.Field<String>? {
  guard let node, tree[node].kind == .scalar, tree[node].type != .null, !isBlank(node, tree) else { return nil }
  let text = tree.text(of: node)
  var isBlankBefore = true
  let isOneLine =
    text.utf8.allSatisfy { byte in
      defer { isBlankBefore = byte == 0x20 }
      return byte > 0x20 || byte == 0x20 && !isBlankBefore
    } && !isBlankBefore
  return .init(
    isOneLine ? text : text.split(whereSeparator: \.isWhitespace).joined(separator: " "), tree[node].range)
}

private func isBlank(_ node: NodeID, _ tree: DocumentTree) -> Bool {
  tree.withText(of: node) { bytes in
    bytes.allSatisfy { $0 <= 0x20 }
      || bytes.first.map { $0 >= 0x80 } == true && String(decoding: bytes, as: UTF8.self).allSatisfy(\.isWhitespace)
  }
}

import DocumentTree
public import YAMLSyntax

/// What a masque shows while its agent is at work.
public struct SpinnerVerbs: Sendable, Hashable {
  /// How they and the agent's own come together.
  public var mode: SpinnerMode
  /// The texts, in order; not empty.
  public var verbs: [String]

  /// The verbs of a masque; nil for one that has none.
  ///
  /// - Parameter syntax: the masque.
  public init?(_ syntax: SyntaxTree) {
    let tree = syntax.tree
    let sections = MasqueSections(tree)
    guard let list = tree.member("verbs", of: sections.spinnerVerbs), tree[list].kind == .sequence else { return nil }
    verbs = tree.children(of: list).compactMap { item in
      tree.resolved(item).flatMap { tree.isText($0) ? tree.text(of: $0) : nil }
    }
    guard !verbs.isEmpty else { return nil }
    let mode = tree.member("mode", of: sections.spinnerVerbs).map { tree.text(of: $0) }
    self.mode = mode.flatMap { SpinnerMode(rawValue: $0) } ?? .replace
  }
}

/// How long a masque may be worn.
public struct MasqueLifetime: Sendable, Hashable {
  /// The duration that `access.ttl` gives; nil for a session, or where nothing is said.
  public var duration: MasqueDuration?

  /// The lifetime that a masque gives itself.
  ///
  /// - Parameter syntax: the masque.
  public init(_ syntax: SyntaxTree) {
    let tree = syntax.tree
    let ttl = tree.member("ttl", of: MasqueSections(tree).access)
    duration = ttl.flatMap { tree.isText($0) ? MasqueDuration(tree.text(of: $0)) : nil }
  }
}

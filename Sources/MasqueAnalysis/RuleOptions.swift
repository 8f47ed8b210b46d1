/// Which rules' findings are wanted. A name in a list is a code, or a family of codes: `schema` stands for `schema-enum`
/// and all others that begin with `schema-`.
public struct RuleOptions: Sendable, Hashable {
  /// If there is any, only findings of these codes are wanted. A rule that is off by default is switched on by its
  /// whole code, not by its family's.
  public var selected: [String]
  /// Rules that are off by default and wanted beside the others, by their whole codes.
  public var enabled: [String]
  /// Findings of these codes are not wanted; this wins over the others.
  public var ignored: [String]

  /// Options; without arguments, every rule that is on by default.
  public init(selected: [String] = [], enabled: [String] = [], ignored: [String] = []) {
    self.selected = selected
    self.enabled = enabled
    self.ignored = ignored
  }

  /// Whether findings of every rule that is on by default are wanted.
  var isEverything: Bool { selected.isEmpty && ignored.isEmpty }

  /// Whether findings of a rule are wanted.
  ///
  /// - Parameters:
  ///   - code: the rule's code.
  ///   - isOnByDefault: see `RuleDescription.isOnByDefault`.
  /// - Returns: the answer.
  public func wants(_ code: String, isOnByDefault: Bool = true) -> Bool {
    if ignored.contains(where: { covers($0, code) }) { return false }
    if enabled.contains(code) || selected.contains(code) { return true }
    return isOnByDefault && (selected.isEmpty || selected.contains { covers($0, code) })
  }
}

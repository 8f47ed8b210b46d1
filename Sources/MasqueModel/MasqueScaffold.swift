import YAMLSyntax

/// A masque to start from: every required key, with values that an author replaces.
public enum MasqueScaffold {
  /// The scaffold as YAML, with LF line breaks.
  ///
  /// - Parameters:
  ///   - name: the name as YAML text.
  ///   - index: the index.
  /// - Returns: a masque without findings.
  public static func text(name: String, index: Int) -> String {
    lines(
      name: name, index: "\(index)", ring: "guest", domain: "what it works on", tagline: "\"What wearing it is like.\"",
      allowed: "\"describe what it may do *\"", denied: "\"describe what it must not do *\"",
      lens: "Describe how it thinks, what comes first, and what it turns down.")
  }

  /// What an author says of a new masque; nil for a placeholder. Texts are plain, not YAML.
  public struct Content: Sendable, Hashable {
    /// The ring.
    public var ring: Ring?
    /// What it works on.
    public var domain: String?
    /// What wearing it is like.
    public var tagline: String?
    /// What it may set out to do.
    public var allowed: [String]?
    /// What it may not.
    public var denied: [String]?
    /// How it thinks.
    public var lens: String?

    /// Nothing but placeholders.
    public init() {}
  }

  /// The scaffold with what an author says already.
  ///
  /// - Parameters:
  ///   - name: the name, as it is.
  ///   - index: the index.
  ///   - content: what is known.
  /// - Returns: a masque as YAML with LF line breaks.
  public static func text(name: String, index: Int, _ content: Content) -> String {
    func list(_ patterns: [String]?, or placeholder: String) -> String {
      (patterns.flatMap { $0.isEmpty ? nil : $0 } ?? [placeholder]).map(ScalarWriting.doubleQuoted)
        .joined(separator: "\n    - ")
    }
    let lens = content.lens ?? "Describe how it thinks, what comes first, and what it turns down."
    let ring = content.ring ?? .guest
    let text = lines(
      name: ScalarWriting.scalar(name), index: "\(index)", ring: ring.rawValue,
      domain: ScalarWriting.scalar(content.domain ?? "what it works on"),
      tagline: ScalarWriting.doubleQuoted(content.tagline ?? "What wearing it is like."),
      allowed: list(content.allowed, or: "describe what it may do *"),
      denied: list(content.denied, or: "describe what it must not do *"), lens: "\u{0}")
    // A block keeps the lines of a text; one that a block can't hold stands in quotes.
    let isBlock = lens.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && !(0x7F..<0xA1).contains($0.value) }
    let body =
      isBlock && !lens.hasPrefix(" ") && !lens.hasPrefix("\n")
      ? "|\n"
        + lens.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.isEmpty ? "" : "  \($0)" }.joined(separator: "\n")
      : ScalarWriting.doubleQuoted(lens)
    return text.replacing("|\n  \u{0}", with: body)
  }

  /// The scaffold with tab stops in the Language Server Protocol's snippet syntax.
  ///
  /// - Parameters:
  ///   - name: the name as YAML text, without `$`, `}` and backslashes.
  ///   - index: the index.
  /// - Returns: the snippet.
  public static func snippet(name: String, index: Int) -> String {
    lines(
      name: "${1:\(name)}", index: "${2:\(index)}", ring: "${3|guest,player,admin,outsider|}",
      domain: "${4:what it works on}", tagline: "\"${5:What wearing it is like.}\"",
      allowed: "\"${6:describe what it may do *}\"", denied: "\"${7:describe what it must not do *}\"",
      lens: "${0:Describe how it thinks, what comes first, and what it turns down.}")
  }

  private static func lines(
    name: String, index: String, ring: String, domain: String, tagline: String, allowed: String, denied: String,
    lens: String
  ) -> String {
    """
    name: \(name)
    index: \(index)
    version: "0.1.0"
    ring: \(ring)

    attributes:
      domain: \(domain)
      tagline: \(tagline)

    intent:
      allowed:
        - \(allowed)
      denied:
        - \(denied)

    access:
      ttl: PT8H

    lens: |
      \(lens)

    """
  }
}

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

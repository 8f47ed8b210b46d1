import DocumentTree
import MasqueModel
import SourceText
import YAMLSyntax

enum MCPSecretInEnvRule: Rule {
  static let description = RuleDescription(
    "mcp-secret-in-env", .warning, fix: .unsafe,
    summary: "A server's environment holds what looks like a credential.",
    reason: """
      Masques are shared, and what was once committed stays in the history of a repository. Name a variable of the user's
      environment instead, `${NAME}`, and revoke a credential that has been shared already. References to a vault, paths
      and placeholders are no credentials, and nothing is said of them.
      """,
    bad: """
      mcp:
        servers:
          - name: tracker
            type: stdio
            command: tracker-server
            env:
              TRACKER_TOKEN: "9f2c1d7e40b85a6631"
      """,
    good: """
      mcp:
        servers:
          - name: tracker
            type: stdio
            command: tracker-server
            env:
              TRACKER_TOKEN: "${TRACKER_TOKEN}"
      """)

  static func check(_ context: inout RuleContext) {
    let tree = context.tree
    guard let servers = tree.member("servers", of: context.sections.mcp), tree[servers].kind == .sequence else {
      return
    }
    for server in tree.children(of: servers) {
      guard tree[server].kind == .mapping, let env = tree.member("env", of: server), tree[env].kind == .mapping else {
        continue
      }
      for (key, value) in tree.pairs(of: env) where tree[key].kind == .scalar && tree[value].kind == .scalar {
        guard tree[value].count >= 4, !tree[value].flags.contains(.repaired),
          tree.withText(of: value, { !$0.contains(UInt8(ascii: "$")) })
        else { continue }
        let name = tree.text(of: key)
        let text = tree.text(of: value)
        guard let likeness = credential(text, name: name) else { continue }
        let reference = "${\(variable(name))}"
        let fix = context.syntax.replacing(value, withText: reference).map {
          Fix("Read it from the environment: `\(reference)`", [$0], .unsafe)
        }
        // The message goes into logs: it shows how the text begins and no more.
        context.report(
          self, context.firstLine(of: value),
          "`\(name)` holds \(likeness) (`\(text.prefix(text.count > 12 ? 4 : 1))…`): name a variable instead, "
            + "`\(reference)`, and revoke what was shared",
          fixes: fix.map { [$0] } ?? [])
      }
    }
  }

  private static func variable(_ name: String) -> String {
    let isName = !name.isEmpty && name.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "_") }
    return isName ? name : "NAME"
  }

  /// What a value looks like, if that is a credential.
  private static func credential(_ text: String, name: String) -> String? {
    if let issuer = tokenForms.first(where: { $0.matches(text) })?.name { return "what looks like \(issuer)" }
    if text.hasPrefix("-----BEGIN "), text.contains("PRIVATE KEY") { return "a private key" }
    if hasPassword(inURL: text) { return "a URL with a password" }
    return namesSecret(name) && isLiteral(text) ? "what looks like a credential" : nil
  }

  // MARK: Forms that say whose they are

  private struct TokenForm: Sendable {
    var prefix: String
    /// The fewest letters, digits, dots, hyphens and underscores behind the prefix, and nothing else.
    var length: Int
    var name: String

    func matches(_ text: String) -> Bool {
      guard text.hasPrefix(prefix), text.utf8.count >= prefix.utf8.count + length else { return false }
      let rest = text.utf8.dropFirst(prefix.utf8.count)
      return rest.allSatisfy { isLetterOrDigit($0) || "-_.=+/".utf8.contains($0) }
        // `sk-your-key-goes-here` is a text, and tokens have digits.
        && rest.contains { (0x30...0x39).contains($0) } && !isPlaceholder(text)
    }
  }

  private static let tokenForms: [TokenForm] = [
    TokenForm(prefix: "ghp_", length: 30, name: "a GitHub token"),
    TokenForm(prefix: "gho_", length: 30, name: "a GitHub token"),
    TokenForm(prefix: "ghu_", length: 30, name: "a GitHub token"),
    TokenForm(prefix: "ghs_", length: 30, name: "a GitHub token"),
    TokenForm(prefix: "ghr_", length: 30, name: "a GitHub token"),
    TokenForm(prefix: "github_pat_", length: 40, name: "a GitHub token"),
    TokenForm(prefix: "glpat-", length: 20, name: "a GitLab token"),
    TokenForm(prefix: "sk-", length: 20, name: "an API key"),
    TokenForm(prefix: "sk_live_", length: 16, name: "a Stripe key"),
    TokenForm(prefix: "sk_test_", length: 16, name: "a Stripe key"),
    TokenForm(prefix: "rk_live_", length: 16, name: "a Stripe key"),
    TokenForm(prefix: "xoxb-", length: 20, name: "a Slack token"),
    TokenForm(prefix: "xoxp-", length: 20, name: "a Slack token"),
    TokenForm(prefix: "xoxa-", length: 20, name: "a Slack token"),
    TokenForm(prefix: "xapp-", length: 20, name: "a Slack token"),
    TokenForm(prefix: "AKIA", length: 16, name: "an AWS access key"),
    TokenForm(prefix: "ASIA", length: 16, name: "an AWS access key"),
    TokenForm(prefix: "AIza", length: 35, name: "a Google API key"),
    TokenForm(prefix: "ya29.", length: 20, name: "a Google access token"),
    TokenForm(prefix: "npm_", length: 36, name: "an npm token"),
    TokenForm(prefix: "pypi-", length: 40, name: "a PyPI token"),
    TokenForm(prefix: "hf_", length: 30, name: "a Hugging Face token"),
    TokenForm(prefix: "dop_v1_", length: 40, name: "a DigitalOcean token"),
    TokenForm(prefix: "SG.", length: 40, name: "a SendGrid key"),
    TokenForm(prefix: "hvs.", length: 20, name: "a Vault token"),
    TokenForm(prefix: "lin_api_", length: 30, name: "a Linear key"),
    TokenForm(prefix: "ntn_", length: 30, name: "a Notion token"),
    TokenForm(prefix: "eyJ", length: 40, name: "a JSON Web Token"),
  ]

  /// Whether a URL has a password in front of its host: `postgres://user:secret@host/db`.
  private static func hasPassword(inURL text: String) -> Bool {
    guard let scheme = text.firstRange(of: "://") else { return false }
    let authority = text[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else { return false }
    let password = String(authority[authority.index(after: colon)..<at])
    return !password.isEmpty && !isPlaceholder(password)
  }

  // MARK: Names that say what they hold

  private static let secretWords: Set<String> = [
    "token", "secret", "password", "passwd", "passphrase", "apikey", "credential", "credentials", "pat",
  ]
  private static let keyOwners: Set<String> = [
    "api", "access", "private", "secret", "auth", "encryption", "signing", "license", "service", "account", "master",
  ]

  /// Whether a variable's name ends as those of credentials do. `TOKEN_FILE`, `MAX_TOKENS` and `API_KEY_HEADER` do not.
  private static func namesSecret(_ name: String) -> Bool {
    let words = Self.words(of: name)
    guard let last = words.last else { return false }
    if secretWords.contains(last) { return true }
    return last == "key" && words.count > 1 && keyOwners.contains(words[words.count - 2])
  }

  /// `githubApiKey` and `GITHUB_API_KEY` as `github`, `api`, `key`.
  private static func words(of name: String) -> [String] {
    var words: [String] = []
    var word = ""
    var wasLower = false
    for character in name {
      let isSeparator = !(character.isLetter || character.isNumber)
      if isSeparator || character.isUppercase && wasLower {
        if !word.isEmpty { words.append(word) }
        word = ""
      }
      if !isSeparator { word += character.lowercased() }
      wasLower = character.isLowercase
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  /// Whether a text in a credential's place is one itself, and neither says where it is kept nor what belongs there.
  private static func isLiteral(_ text: String) -> Bool {
    // `/run/secrets/x`, `~/.token`, `./x`, `op://vault/item`, `vault:secret/x`, `arn:aws:…`, `ENC[…]`, `env:X`
    if text.hasPrefix("/") || text.hasPrefix("~") || text.hasPrefix(".") || text.contains("://") { return false }
    if let colon = text.firstIndex(of: ":"), colon > text.startIndex, text[..<colon].allSatisfy({ $0.isLetter }) {
      return false
    }
    if text.contains(where: { "<>[]{}%() ".contains($0) }) { return false }
    return !isPlaceholder(text)
  }

  private static let placeholderWords = [
    "your", "example", "placeholder", "changeme", "change-me", "change_me", "replace", "insert", "dummy", "redacted",
    "xxx", "***", "...", "…", "todo", "secret-here", "goes-here", "none", "null", "true", "false", "unset", "optional",
    "required", "prompt", "keychain",
  ]

  private static func isPlaceholder(_ text: String) -> Bool {
    let text = text.lowercased()
    guard let first = text.first else { return true }
    if text.allSatisfy({ $0 == first }) { return true }
    if ["test", "token", "secret", "password", "disabled", "enabled", "anonymous", "default"].contains(text) {
      return true
    }
    return placeholderWords.contains { text.contains($0) }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
  }
}

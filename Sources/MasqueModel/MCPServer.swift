public import DocumentTree

/// A Model Context Protocol server that a masque bundles.
public struct MCPServer: Sendable, Hashable {
  /// What it is called.
  public var name: String
  /// How it is spoken to.
  public var transport: ServerTransport
  /// The program that starts it.
  public var command: String?
  /// Where it is.
  public var url: String?
  /// The program's arguments.
  public var arguments: [String]
  /// The program's environment, in the order of the masque. Nothing in it is expanded.
  public var environment: [Variable]

  /// A variable of an environment.
  public struct Variable: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Its value, as it is written.
    public var value: String
  }

  /// The servers of a masque's `mcp` section. One without a name, or with neither a command nor a URL, is left out, and
  /// of more than 1,000 the rest.
  ///
  /// - Parameters:
  ///   - tree: the masque.
  ///   - section: the value of `mcp`.
  /// - Returns: the servers in their order.
  public static func all(in tree: DocumentTree, _ section: NodeID?) -> [MCPServer] {
    guard let list = tree.member("servers", of: section), tree[list].kind == .sequence else { return [] }
    return tree.children(of: list).prefix(1_000).compactMap { item in
      tree.resolved(item).flatMap { MCPServer(tree, $0) }
    }
  }

  private init?(_ tree: DocumentTree, _ node: NodeID) {
    func text(_ node: NodeID?) -> String? {
      guard let node, tree[node].kind == .scalar, tree[node].type != .null else { return nil }
      let text = tree.text(of: node)
      return text.isEmpty ? nil : text
    }
    guard let name = text(tree.member("name", of: node)) else { return nil }
    self.name = name
    transport = text(tree.member("type", of: node)).flatMap(ServerTransport.init(rawValue:)) ?? .stdio
    command = text(tree.member("command", of: node))
    url = text(tree.member("url", of: node))
    if command == nil, url == nil { return nil }
    arguments = []
    if let list = tree.member("args", of: node), tree[list].kind == .sequence {
      // An argument may well be empty.
      arguments = tree.children(of: list).prefix(1_000).compactMap { item in
        tree.resolved(item).flatMap { tree[$0].kind == .scalar ? tree.text(of: $0) : nil }
      }
    }
    environment = []
    if let mapping = tree.member("env", of: node), tree[mapping].kind == .mapping {
      let isMerged = tree[mapping].flags.contains(.merge)
      let pairs = isMerged ? tree.mergedPairs(of: mapping) : Array(tree.pairs(of: mapping))
      environment = pairs.prefix(1_000).compactMap { key, value in
        guard let key = text(tree.resolved(key)), let value = tree.resolved(value), tree[value].kind == .scalar else {
          return nil
        }
        return Variable(name: key, value: tree.text(of: value))
      }
    }
  }

  /// Where it is, or what starts it, as a line for a shell.
  public var summary: String {
    if transport != .stdio, let url { return ShellWord.quoted(url) }
    return ShellWord.joined((command.map { [$0] } ?? url.map { [$0] } ?? []) + arguments)
  }

  /// The command that makes the server known to Claude Code.
  public var enablingCommand: String {
    var options: [String] = []
    var target: [String]
    switch transport {
    case .stdio:
      target = (command.map { [$0] } ?? url.map { [$0] } ?? []) + arguments
    case .sse, .http:
      options += ["--transport", transport.rawValue]
      target = [url ?? command ?? ""]
    }
    let variables = environment.map { variable in
      let isPlain = variable.name.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
      }
      return "-e "
        + (isPlain
          ? "\(variable.name)=\(ShellWord.quoted(variable.value))"
          : ShellWord.quoted("\(variable.name)=\(variable.value)"))
    }
    // What begins with a hyphen would be taken for an option, wherever it stands before `--`.
    let isAmbiguous = name.hasPrefix("-") || transport != .stdio && (target.first?.hasPrefix("-") ?? false)
    var words = ["claude", "mcp", "add"] + options
    let quoted = target.map(ShellWord.quoted)
    switch transport {
    case _ where isAmbiguous: words += variables + ["--", ShellWord.quoted(name)] + quoted
    case .stdio: words += [ShellWord.quoted(name)] + variables + ["--"] + quoted
    case .sse, .http: words += [ShellWord.quoted(name)] + quoted + variables
    }
    return words.joined(separator: " ")
  }
}

import DocumentTree
import JSONSchema
import MasqueModel
import SourceText
import YAMLSyntax

enum AmbiguousScalarRule: Rule {
  static let description = RuleDescription(
    "yaml-ambiguous-scalar", .warning, fix: .safe,
    summary: "A plain value that YAML readers take for something else than it looks.",
    reason: """
      Masques are YAML 1.2. Readers of YAML 1.1 see a truth value in `no` and `on`, eight in `010` and ninety minutes in
      `1:30`; and every reader sees a number in `1.0`. Quotes say that a text is a text. Where a text is required, the
      finding is an error.
      """,
    bad: """
      version: 1.0
      intent:
        allowed:
          - no
      """,
    good: """
      version: "1.0.0"
      intent:
        allowed:
          - "no"
      """)

  static func check(_ context: inout RuleContext) {
    let tree = context.tree
    for index in tree.nodes.indices {
      let node = tree.nodes[index]
      guard node.kind == .scalar, node.style == .plain, node.count > 0, !node.flags.contains(.repaired) else {
        continue
      }
      let id = NodeID(index)
      let wantsText =
        node.type != .string && !context.violations.isEmpty
        && context.violations.contains { violation in
          if case .type(let expected, _) = violation.details { return violation.node == id && expected == .string }
          return false
        }
      if wantsText {
        context.absorb { $0.node == id }
        let text = tree.text(of: id)
        context.report(
          self, severity: .error, node.range,
          "`\(text)` is \(reading(of: node)) to YAML, and a text is expected here: put it in quotes",
          fixes: [fix(id, text, in: context)])
      } else if mayDiffer(tree, node) {
        // What breaks its format has a finding that says how to write it.
        guard !context.violations.contains(where: { $0.node == id }) else { continue }
        let text = tree.text(of: id)
        guard let reading = YAML11.reading(ofPlain: text), tree.properties(of: id)?.tag == nil,
          let finding = difference(id, text, reading, in: context)
        else { continue }
        context.report(finding)
      }
    }
  }

  /// Whether the first byte alone lets YAML 1.1 see something else: most texts end here.
  private static func mayDiffer(_ tree: DocumentTree, _ node: Node) -> Bool {
    guard node.count <= 64 else { return false }
    let first = tree.byte(at: Int(node.start))
    switch first {
    case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "o"),
      UInt8(ascii: "O"):
      return node.count <= 3
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "="):
      return true
    default:
      return false
    }
  }

  private static func reading(of node: Node) -> String {
    switch node.type {
    case .null: "nothing"
    case .bool: "a truth value"
    case .int, .float: "a number"
    case .string, .none: "a text"
    }
  }

  private static func difference(
    _ id: NodeID, _ text: String, _ reading: YAML11.Reading, in context: RuleContext
  ) -> Finding? {
    let node = context.tree[id]
    let isNumber = node.type == .int || node.type == .float
    let there: String
    switch reading {
    case .bool(let value): there = value ? "true" : "false"
    case .octal(let value): there = "\(value) (octal)"
    case .sexagesimal(let value): there = "\(value) (to the base of 60)"
    case .integer(let value): there = "\(value)"
    case .text: there = "text"
    case .timestamp: there = "a date"
    case .special: there = "a special key"
    }
    let here = isNumber ? "\(canonical(text, node.type))" : "text"
    let fix: Fix
    if isNumber {
      let number = canonical(text, node.type)
      guard number != text else { return nil }
      fix = Fix("Write `\(number)`", [TextEdit(node.range, number)])
    } else {
      fix = Self.fix(id, text, in: context)
    }
    return Finding(
      description.code, description.severity, node.range,
      "`\(text)` is \(here) here and \(there) to readers of YAML 1.1: \(isNumber ? "write `\(here)`" : "put it in quotes")",
      fixes: [fix])
  }

  /// A number as every reader writes it: without leading zeros, in base ten.
  private static func canonical(_ text: String, _ type: ScalarType) -> String {
    guard type == .int else { return text.lowercased().contains("e") && !text.contains(".") ? withDot(text) : text }
    let isNegative = text.hasPrefix("-")
    let digits = text.drop { $0 == "+" || $0 == "-" }
    if digits.hasPrefix("0o") { return Int64(digits.dropFirst(2), radix: 8).map(String.init) ?? text }
    if digits.hasPrefix("0x") { return text }
    let stripped = digits.drop { $0 == "0" }
    return (isNegative ? "-" : "") + (stripped.isEmpty ? "0" : stripped)
  }

  /// `1e3` as `1.0e+3`, which YAML 1.1 takes for a number as well.
  private static func withDot(_ text: String) -> String {
    guard let e = text.firstIndex(where: { $0 == "e" || $0 == "E" }) else { return text }
    let exponent = text[text.index(after: e)...]
    let sign = exponent.hasPrefix("+") || exponent.hasPrefix("-") ? "" : "+"
    return "\(text[..<e]).0e\(sign)\(exponent)"
  }

  private static func fix(_ id: NodeID, _ text: String, in context: RuleContext) -> Fix {
    let tree = context.tree
    // A version of two numbers lacks the third: semantic versions have three.
    if let key = tree.key(of: id), tree.hasText(key, "version"), tree.parent(of: key) == tree.root {
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      if (1...2).contains(parts.count), parts.allSatisfy({ isVersionNumber($0) }) {
        let version = (parts.map(String.init) + Array(repeating: "0", count: 3 - parts.count)).joined(separator: ".")
        return Fix("Write `\"\(version)\"`", [TextEdit(tree[id].range, "\"\(version)\"")])
      }
    }
    return Fix("Put it in quotes", [TextEdit(tree[id].range, ScalarWriting.doubleQuoted(text))])
  }

  private static func isVersionNumber(_ part: Substring) -> Bool {
    !part.isEmpty && part.allSatisfy { $0.isASCII && $0.isNumber } && (part == "0" || !part.hasPrefix("0"))
  }
}

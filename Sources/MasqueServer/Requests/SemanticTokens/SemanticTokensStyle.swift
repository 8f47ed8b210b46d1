import LanguageServerProtocol
import MasqueAnalysis

/// How a client shows tokens: which of its types stands for each of our kinds.
struct SemanticTokensStyle: Sendable {
  /// A type and modifiers as numbers of the legend.
  struct Look: Sendable, Equatable {
    var type: UInt32
    var modifiers: UInt32
  }

  /// What the numbers mean.
  let legend: LSP.SemanticTokensLegend
  /// Whether a token may have line breaks in it.
  let takesLineBreaks: Bool
  /// Whether what has changed may be sent instead of all.
  let takesDeltas: Bool
  private let looks: [SemanticTokenKind: Look]

  /// The style of a client; nil for one that knows no tokens.
  init?(_ capabilities: LSP.ClientCapabilities) {
    guard capabilities.semanticTokens else { return nil }
    let types = capabilities.semanticTokenTypes
    let modifiers = capabilities.semanticTokenModifiers
    var legend = LSP.SemanticTokensLegend(tokenTypes: [], tokenModifiers: [])
    var looks: [SemanticTokenKind: Look] = [:]
    func number(_ name: String, _ names: inout [String]) -> Int {
      if let known = names.firstIndex(of: name) { return known }
      names.append(name)
      return names.count - 1
    }
    for kind in SemanticTokenKind.allCases {
      // The first that the client has a colour for; a kind without any is left to the client's own grammar.
      guard let type = typeNames(of: kind).first(where: types.contains) else { continue }
      var bits: UInt32 = 0
      for modifier in modifierNames(of: kind) where modifiers.contains(modifier) {
        bits |= 1 << UInt32(number(modifier, &legend.tokenModifiers))
      }
      looks[kind] = Look(type: UInt32(number(type, &legend.tokenTypes)), modifiers: bits)
    }
    self.legend = legend
    self.looks = looks
    takesLineBreaks = capabilities.multilineTokens
    takesDeltas = capabilities.semanticTokensDelta
  }

  /// How a kind of token is shown; nil if it is not.
  func look(of kind: SemanticTokenKind) -> Look? { looks[kind] }
}

/// The names by which the protocol knows a kind of token, the best first (LSP 3.17 § SemanticTokenTypes).
private func typeNames(of kind: SemanticTokenKind) -> [String] {
  switch kind {
  case .section: ["namespace", "property"]
  case .key: ["property"]
  case .mergeKey: ["keyword", "operator"]
  case .name, .verbPrefix: ["class", "type"]
  case .server, .authority: ["namespace", "type"]
  case .string: ["string"]
  case .number, .version, .duration, .date: ["number"]
  case .constant: ["keyword"]
  case .choice: ["enumMember", "keyword"]
  case .scheme: ["keyword"]
  case .punctuation, .wildcard: ["operator"]
  case .characterClass: ["regexp", "operator"]
  case .alternation: ["operator"]
  case .escape: ["regexp", "operator"]
  case .variable, .anchor, .alias: ["variable"]
  case .tag: ["type"]
  case .blockHeader: ["operator"]
  case .comment: ["comment"]
  case .directive: ["macro", "keyword"]
  case .directiveVerb: ["keyword"]
  case .ruleCode: ["enumMember", "variable"]
  case .verdict: ["enumMember", "keyword"]
  case .phrase: ["string"]
  }
}

private func modifierNames(of kind: SemanticTokenKind) -> [String] {
  switch kind {
  case .name, .server, .anchor: ["declaration"]
  default: []
  }
}

/// The rules that look at one masque, in the order in which they run: those that explain a schema violation come before
/// the schema's own.
let allRules: [any Rule.Type] = [
  SyntaxErrorRule.self, UnquotedPatternRule.self, TabIndentRule.self, ConflictMarkerRule.self, DuplicateKeyRule.self,
  MultipleDocumentsRule.self, UnknownTagRule.self, AliasBudgetRule.self, EncodingRule.self, SmartQuoteRule.self,
  HashInTextRule.self, AmbiguousScalarRule.self, UnknownKeyRule.self, BlankLensRule.self, LensBreaksBlockRule.self,
  FileNameMismatchRule.self, GuestWithoutTTLRule.self, SpinnerVerbFormatRule.self, SkillDuplicateRule.self,
  KnowledgeDuplicateRule.self, MCPDuplicateServerRule.self, MCPSecretInEnvRule.self, HistoryOrderRule.self,
  ScoreHistoryMismatchRule.self, IntentPatternSyntaxRule.self, IntentEmptyRule.self, IntentDeadAllowRule.self,
  IntentOverlapRule.self, IntentRedundantRule.self, IntentDuplicateRule.self, IntentCatchAllRule.self,
  IntentNearMissRule.self, IntentDoubleStarRule.self, IntentUndecidedRule.self, IntentExpectationFailedRule.self,
  SchemaRequiredRule.self, SchemaEnumRule.self, SchemaTypeRule.self,
  SchemaPatternRule.self, SchemaFormatRule.self, SchemaMinimumRule.self, SchemaMinLengthRule.self,
  SchemaMinItemsRule.self, OtherSchemaRule.self,
]

/// The rules that run only when somebody asks for them. They explain no schema violation.
let optionalRules: [any Rule.Type] = [KnowledgeUnknownServerRule.self, IntentUnneededDenyRule.self]

/// The codes of what is found beside the rules over one masque: in a library, and in comments that hide findings.
let otherDescriptions: [RuleDescription] = [
  duplicateIndex, duplicateName, manifestStale, suppressionSyntax, suppressionUnknownCode, suppressionUnused,
]

/// The descriptions of all rules, in the order of their codes.
public func ruleDescriptions() -> [RuleDescription] {
  ((allRules + optionalRules).map { $0.description } + otherDescriptions).filter { !$0.code.isEmpty }
    .sorted { $0.code < $1.code }
}

/// What a rule is about.
///
/// - Parameter code: the rule's code.
/// - Returns: the description; nil for a code that no rule has, such as that of a JSON Schema keyword that the masque
///   schema does not use.
public func ruleDescription(of code: String) -> RuleDescription? { ruleDescriptions().first { $0.code == code } }

/// The codes of findings about a whole library.
let libraryCodes: Set<String> = Set(otherDescriptions.filter(\.isAboutLibrary).map(\.code))

/// Every code that a finding may have, in order; each keyword of JSON Schema has one beside these.
let knownCodes: [String] = ruleDescriptions().map(\.code)

/// Whether a finding may have a code.
func isKnownCode(_ code: String) -> Bool {
  // An extended schema may use any keyword of JSON Schema.
  knownCodes.contains(code) || code.hasPrefix("schema-") && code.count > 7
}

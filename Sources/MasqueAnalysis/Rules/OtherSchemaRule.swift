import DocumentTree
import JSONSchema
import MasqueModel
import SourceText
import YAMLSyntax

/// What an extended schema may demand beyond the keywords that the masque schema uses: each keyword has its code.
enum OtherSchemaRule: Rule {
  // Without a code of its own: its findings are `schema-` and the keyword.
  static let description = RuleDescription("", .error, summary: "", reason: "", bad: "", good: "")

  static func check(_ context: inout RuleContext) {
    for violation in context.violations where !context.followsFromSyntax(violation) {
      let place = context.place(of: violation)
      context.findings.append(
        Finding(
          code(violation), .error, place.range, message(violation, context) + place.suffix, related: place.related))
    }
    context.violations = []
  }

  private static func code(_ violation: SchemaViolation) -> String {
    switch violation.details {
    case .budgetExceeded, .depthExceeded: return "yaml-alias-budget"
    default: return "schema-" + kebab(violation.keyword?.name ?? "false")
    }
  }

  /// `minLength` as `min-length`.
  private static func kebab(_ name: String) -> String {
    var result = ""
    for character in name where character != "$" {
      if character.isUppercase { result += "-" }
      result += character.lowercased()
    }
    return result
  }

  private static func message(_ violation: SchemaViolation, _ context: RuleContext) -> String {
    let name = context.name(of: violation.node)
    switch violation.details {
    case .count(let limit, let actual):
      return "\(name) has \(actual) where \(limit) is the limit"
    case .number(let limit, let actual):
      return "\(name) is \(actual), which breaks the limit of \(limit)"
    case .missingDependents(let key, let missing):
      return "\(context.quote(key)) needs \(listing(missing, "and")) beside it"
    case .unexpectedProperty(let key):
      return "\(context.quote(key)) must not be here"
    case .unexpectedItem(let index):
      return "\(name) must not have an item at place \(index + 1)"
    case .duplicateItems:
      return "\(name) has two equal items"
    case .matchingItems(let count, let minimum, let maximum):
      return
        "\(name) has \(count) items of the kind that is wanted, and \(minimum)\(maximum.map { " to \($0)" } ?? " or more") are expected"
    case .branches(let branches):
      let causes = branches.compactMap { $0.violations.first }.map { message($0, context) }
      return "\(name) has none of the forms that are allowed"
        + (causes.isEmpty ? "" : ": " + causes.joined(separator: "; or "))
    case .validBranches:
      return "\(name) has several of the forms of which one is allowed"
    case .negated:
      return "\(name) has a form that is not allowed"
    case .budgetExceeded:
      return "checking \(name) takes more steps than any masque needs: follow fewer aliases"
    case .depthExceeded:
      return "\(name) is nested too deeply to be checked"
    case .type(let expected, _):
      return "\(name) must be \(expected.words)"
    case .allowedValues:
      return "\(name) is none of \(listing(context.schema.allowedValues(of: [violation.subschema]).map(\.text), "or"))"
    case .pattern(let source):
      return "\(name) does not match `\(source)`"
    case .format(let format):
      return "\(name) is no valid \(format.rawValue)"
    case .missingProperties(let names):
      return "\(name) has no \(listing(names, "or"))"
    case .never:
      return "\(name) must not be here"
    }
  }
}

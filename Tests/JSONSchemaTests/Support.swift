import DocumentTree
import JSON
import JSONSchema
import Testing

/// A JSON text as a tree; a test's own texts are well-formed.
func json(_ text: String) -> DocumentTree {
  let document = JSONDocument.parse(Array(text.utf8))
  #expect(document.isWellFormed, "\(text)")
  return document.tree
}

/// A schema that compiles without a complaint.
func compile(
  _ text: String, resources: SchemaResources = SchemaResources(), options: SchemaOptions = SchemaOptions()
) -> Schema {
  let (schema, diagnostics) = Schema.compile(json(text), resources: resources, options: options)
  #expect(diagnostics.isEmpty, "\(diagnostics)")
  return schema
}

/// The node that a JSON pointer names.
func node(_ tree: DocumentTree, _ pointer: String) throws -> NodeID {
  var node = try #require(tree.root)
  for token in pointer.split(separator: "/") {
    if let index = Int(token), tree[node].kind == .sequence {
      node = try #require(Array(tree.children(of: node)).dropFirst(index).first)
    } else {
      node = try #require(tree.value(forKey: String(token), in: node))
    }
  }
  return node
}

/// A violation in one line: keyword, place, details.
func summary(_ violation: SchemaViolation, _ schema: Schema, _ tree: DocumentTree) -> String {
  let keyword = violation.keyword?.name ?? "-"
  let place = tree.pointer(to: violation.node)
  let details: String
  switch violation.details {
  case .type(let expected, let actual): details = "\(actual), not \(expected)"
  case .allowedValues(let values):
    details = values.map { schema.document(of: violation.subschema).text(of: $0) }.joined(separator: "|")
  case .count(let limit, let actual): details = "\(actual) vs \(limit)"
  case .number(let limit, let actual): details = "\(actual) vs \(limit)"
  case .pattern(let source): details = source
  case .format(let format): details = format.rawValue
  case .missingProperties(let names): details = names.joined(separator: ",")
  case .missingDependents(let key, let missing):
    details = "\(tree.text(of: key)) needs \(missing.joined(separator: ","))"
  case .unexpectedProperty(let key): details = "unexpected \(tree.text(of: key))"
  case .unexpectedItem(let index): details = "unexpected item \(index)"
  case .duplicateItems(let first, let second): details = "\(tree.pointer(to: first)) = \(tree.pointer(to: second))"
  case .matchingItems(let count, let minimum, let maximum):
    details = "\(count) of \(minimum)...\(maximum.map { String($0) } ?? "")"
  case .branches(let branches):
    details = branches.map { branch in
      "{" + branch.violations.map { summary($0, schema, tree) }.joined(separator: "; ") + "}"
    }.joined()
  case .validBranches(let indices): details = "\(indices)"
  case .negated: details = "negated"
  case .never: details = "never"
  case .budgetExceeded: details = "budget"
  case .depthExceeded: details = "depth"
  }
  return "\(keyword) \(place.isEmpty ? "/" : place): \(details)"
}

extension Schema {
  /// The whole document.
  func isValid(_ tree: DocumentTree, limits: EvaluationLimits = EvaluationLimits()) -> Bool {
    isValid(tree, NodeID(0), limits: limits)
  }

  /// The whole document.
  func validate(_ tree: DocumentTree, limits: EvaluationLimits = EvaluationLimits()) -> [SchemaViolation] {
    validate(tree, NodeID(0), limits: limits)
  }

  /// The whole document.
  func evaluate(_ tree: DocumentTree, limits: EvaluationLimits = EvaluationLimits()) -> SchemaEvaluation {
    evaluate(tree, NodeID(0), limits: limits)
  }
}

import DocumentTree
import FuzzSupport
import JSON
import JSONSchema
import MasqueAnalysis
import SourceText
import YAMLSyntax

/// Two fields: a schema and an instance, in JSON. One field: a masque.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSchema(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let input = FuzzInput(start, count)
  if input.fields.count < 2 {
    checkMasque(SourceText(input[0]))
  } else {
    checkSchema(input[0], input[1])
  }
  return 0
}

private let limits = EvaluationLimits(visits: 20_000)
private let uri = "s:schema"

private func checkSchema(_ schemaText: [UInt8], _ instanceText: [UInt8]) {
  let document = JSONDocument.parse(schemaText)
  let instance = JSONDocument.parse(instanceText)
  guard document.isWellFormed, instance.isWellFormed else { return }
  let (schema, diagnostics) = Schema.compile(document.tree, baseURI: uri)
  for diagnostic in diagnostics { require(!diagnostic.message.isEmpty, "a diagnostic without words") }
  let isValid = schema.isValid(instance.tree, NodeID(0), limits: limits)
  let violations = schema.validate(instance.tree, NodeID(0), limits: limits)
  let evaluation = schema.evaluate(instance.tree, NodeID(0), limits: limits)
  for violation in violations {
    require(instance.tree.nodes.indices.contains(Int(violation.node.index)), "a violation of nobody")
  }
  guard !isExhausted(violations), !isExhausted(evaluation.violations) else { return }
  require(isValid == violations.isEmpty, "the verdict is not that of the violations")
  require(violations.count == evaluation.violations.count, "validate and evaluate find different violations")
  require(
    zip(violations, evaluation.violations).allSatisfy { $0.node == $1.node && $0.keyword == $1.keyword },
    "validate and evaluate find different violations")

  // What the applicators say about a schema that they refer to follows from its verdict.
  var resources = SchemaResources()
  resources.add(document.tree, uri: uri)
  let it = #"{"$ref": "\#(uri)"}"#
  for (wrapper, expected) in [
    (it, isValid), (#"{"not": \#(it)}"#, !isValid), (#"{"allOf": [\#(it), \#(it)]}"#, isValid),
    (#"{"anyOf": [false, \#(it)]}"#, isValid), (#"{"oneOf": [\#(it), false]}"#, isValid),
    (#"{"oneOf": [\#(it), \#(it)]}"#, false), (#"{"if": \#(it), "then": false}"#, !isValid),
    (#"{"if": \#(it), "else": false}"#, isValid), (#"{"not": {"not": \#(it)}}"#, isValid),
  ] {
    let outer = Schema.compile(JSONDocument.parse(Array(wrapper.utf8)).tree, resources: resources).schema
    if isExhausted(outer.validate(instance.tree, NodeID(0), limits: limits)) { continue }
    let verdict = outer.isValid(instance.tree, NodeID(0), limits: limits)
    // A verdict that took too long is not valid, whatever is around it.
    if verdict != expected, diagnostics.isEmpty { require(false, "\(wrapper) is \(verdict), and not \(expected)") }
  }
  checkYAML(schema, instance.tree, instanceText, isValid)
}

/// JSON without escapes is YAML that says the same.
private func checkYAML(_ schema: Schema, _ tree: DocumentTree, _ bytes: [UInt8], _ isValid: Bool) {
  guard bytes.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\\") }) else { return }
  let syntax = SyntaxTree(SourceText(bytes))
  // A long key, or a key that the document has twice, is a mistake in YAML alone.
  guard syntax.isWellFormed, syntax.problems.isEmpty else { return }
  require(syntax.tree.nodes.count == tree.nodes.count, "JSON is other YAML")
  // `<<` is a key in JSON, and more than that in YAML.
  guard !syntax.tree.nodes.contains(where: { $0.flags.contains(.merge) }) else { return }
  let asYAML = schema.isValid(syntax.tree, NodeID(0), limits: limits)
  require(asYAML == isValid, "the verdict on JSON is not that on the same text as YAML")
}

private func isExhausted(_ violations: [SchemaViolation]) -> Bool {
  violations.contains { violation in
    switch violation.details {
    case .budgetExceeded, .depthExceeded: true
    case .branches(let branches): branches.contains { isExhausted($0.violations) }
    default: false
    }
  }
}

/// Findings lie in the text, come in the same way twice, and their fixes can be applied.
private func checkMasque(_ text: SourceText) {
  let snapshot = Snapshot(path: "x.masque.yaml", text: text)
  let found = findings(in: snapshot)
  require(findings(in: snapshot) == found, "the same text has other findings")
  for finding in found {
    let ranges = [finding.range] + finding.related.map(\.range) + finding.fixes.flatMap { $0.edits.map(\.range) }
    require(ranges.allSatisfy { $0.start >= 0 && $0.end <= text.count }, "outside the text: \(finding)")
    require(!finding.message.isEmpty && !finding.code.isEmpty, "a finding without words: \(finding)")
    for fix in finding.fixes {
      let (fixed, dropped) = text.applying(fix.edits)
      require(dropped.isEmpty, "a fix whose edits overlap: \(fix)")
      require(fixed != text, "a fix that changes nothing: \(fix)")
    }
  }
  guard text.count <= 1_024 else { return }
  for cursor in stride(from: 0, through: text.count, by: 7) {
    for offer in completions(in: snapshot, at: cursor) {
      require(
        offer.range.start <= cursor && cursor <= offer.range.end && offer.range.end <= text.count,
        "a completion outside the cursor's place")
    }
  }
}

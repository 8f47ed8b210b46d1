import JSONSchema
import MasqueModel
import MasqueWorkspace

/// Why a name is neither a rule's code nor the family of one.
///
/// - Parameter name: the name.
/// - Returns: the words, with the code that was probably meant; nil if the name is right.
public func problem(withCode name: String) -> String? {
  // Each keyword of JSON Schema has a code, those without a rule of their own too.
  if knownCodes.contains(where: { covers(name, $0) }) || schemaCodes.contains(name) { return nil }
  let families = Set(knownCodes.map { String($0.prefix { $0 != "-" }) }.filter { !knownCodes.contains($0) })
  if let code = nearestCode(to: name, among: knownCodes + families.sorted()) {
    return "'\(name)' is no rule's code. Did you mean '\(code)'?"
  }
  return "'\(name)' is no rule's code; codes look like schema-enum, families of codes like schema."
}

/// The codes of what an extended schema may demand.
private let schemaCodes = Set(SchemaKeyword.allCases.map { "schema-\(kebabCase($0.name))" } + ["schema-false"])

/// The code that a misspelt one was probably meant to be.
///
/// - Parameters:
///   - name: what was written.
///   - codes: the codes that there are.
/// - Returns: the nearest one, unless all are far away.
public func nearestCode(to name: String, among codes: [String]) -> String? {
  let limit = max(name.count / 3, 1)
  return codes.compactMap { code in editDistance(name, code, limit: limit).map { (code, $0) } }.min { $0.1 < $1.1 }?.0
}

/// Whether a name is a code, or the family of a code: `schema` covers `schema-enum`.
func covers(_ name: String, _ code: String) -> Bool {
  name == code || code.hasPrefix(name) && code.utf8.dropFirst(name.utf8.count).first == UInt8(ascii: "-")
}

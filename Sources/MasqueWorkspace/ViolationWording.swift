import DocumentTree
import JSONSchema
import MasqueModel
import SourceText

/// Puts what breaks a schema into words, for readers who know JSON Schema and for documents of any kind. What is wrong
/// with a masque is worded by the rules instead.
struct ViolationWording {
  let schema: Schema
  let tree: DocumentTree

  /// The problems of one violation: one per key that is missing or must not be there, else one.
  func problems(of violation: SchemaViolation) -> [DocumentProblem] {
    var range = place(of: violation.node)
    var related: [DocumentProblem.Related] = []
    if let alias = violation.alias {
      related = [.init(range: range, message: "the value is written here")]
      range = tree[alias].range
    }
    let code = code(of: violation)
    let messages: [String]
    switch violation.details {
    case .missingProperties(let names):
      messages = names.map { missing($0, in: violation) }
    case .unexpectedProperty(let key):
      if violation.alias == nil { range = tree[key].range }
      messages = [unexpected(key, violation)]
    default:
      messages = [message(violation)]
    }
    return messages.map { DocumentProblem(code, range, $0, related: related) }
  }

  // MARK: Places

  /// The value where it fits on one line, else its key, else its first line.
  private func place(of id: NodeID) -> ByteRange {
    let range = tree[id].range
    let lineBreak = tree.source[range.start..<range.end].firstIndex { $0 == 0x0A || $0 == 0x0D }
    guard lineBreak != nil || tree[id].flags.contains(.absent) else { return range }
    if let key = tree.key(of: id) { return tree[key].range }
    return ByteRange(range.start, lineBreak ?? range.end)
  }

  private func name(of id: NodeID) -> String {
    let path = tree.authorPath(of: id)
    return path.isEmpty ? "the document" : "`\(path)`"
  }

  /// A scalar's own text, shortened.
  private func quoted(_ id: NodeID) -> String? {
    guard let resolved = tree.resolved(id), tree[resolved].kind == .scalar else { return nil }
    let text = SourceText(tree.source)[tree[resolved].range].split(whereSeparator: \.isNewline).first ?? ""
    return text.count > 60 ? "`\(text.prefix(57))…`" : "`\(text)`"
  }

  // MARK: Words

  private func code(of violation: SchemaViolation) -> String {
    switch violation.details {
    case .budgetExceeded, .depthExceeded: return "schema-budget"
    case .unexpectedProperty where violation.keyword == .additionalProperties: return "unknown-key"
    default: return "schema-" + kebabCase(violation.keyword?.name ?? "false")
    }
  }

  private func missing(_ name: String, in violation: SchemaViolation) -> String {
    "\(self.name(of: violation.node)) has no `\(name)`, which is required"
  }

  private func unexpected(_ key: NodeID, _ violation: SchemaViolation) -> String {
    let word = tree.text(of: key)
    let mapping = tree.parent(of: key) ?? violation.node
    var message = "`\(word)` is no key of \(name(of: mapping))"
    let known = schema.propertyNames(of: [violation.subschema]).map(\.name)
    let present = Set(tree.pairs(of: mapping).map { tree.text(of: $0.key) })
    if let nearest = nearestSpelling(of: word, among: known.filter { !present.contains($0) }) {
      message += ": did you mean `\(nearest)`?"
    } else if !known.isEmpty, known.count <= 12 {
      message += "; the keys are \(list(known, "and"))"
    }
    return message
  }

  private func message(_ violation: SchemaViolation) -> String {
    let name = name(of: violation.node)
    switch violation.details {
    case .type(let expected, let actual):
      return "\(name) must be \(words(expected)), not \(words(actual))"
    case .allowedValues:
      let values = schema.allowedValues(of: [violation.subschema]).map(\.text)
      let actual = quoted(violation.node)
      var message = "\(name) is \(actual.map { "\($0), " } ?? "")none of \(list(values, "or"))"
      if values.count == 1 { message = "\(name) must be \(list(values, "or"))\(actual.map { ", not \($0)" } ?? "")" }
      if let resolved = tree.resolved(violation.node), tree[resolved].kind == .scalar,
        let nearest = nearestSpelling(of: tree.text(of: resolved), among: values)
      {
        message += ": did you mean `\(nearest)`?"
      }
      return message
    case .count(let limit, let actual):
      let unit = unit(violation.keyword, limit)
      return
        "\(name) has \(actual) where \(isMinimum(violation.keyword) ? "at least" : "at most") \(limit) \(unit) wanted"
    case .number(let limit, let actual):
      return "\(name) is \(actual), which is \(relation(violation.keyword)) \(limit)"
    case .pattern(let source):
      return "\(name) does not match the pattern `\(source)`"
    case .format(let format):
      return "\(name) is no valid \(format.rawValue)"
    case .missingProperties(let names):
      return "\(name) has no \(list(names, "and"))"
    case .missingDependents(let key, let missing):
      return "`\(tree.text(of: key))` needs \(list(missing, "and")) beside it"
    case .unexpectedProperty(let key):
      return unexpected(key, violation)
    case .unexpectedItem(let index):
      return "\(name) must not have an item at index \(index)"
    case .duplicateItems(let first, let second):
      return "\(name) has two equal items: \(self.name(of: first)) and \(self.name(of: second))"
    case .matchingItems(let count, let minimum, let maximum):
      let wanted = maximum.map { minimum == $0 ? "\($0)" : "\(minimum) to \($0)" } ?? "\(minimum) or more"
      return "\(name) has \(count) items that match `contains`, and \(wanted) are wanted"
    case .branches(let branches):
      let causes = branches.compactMap { $0.violations.first }.map { message($0) }
      return "\(name) fits none of the \(branches.count) alternatives"
        + (causes.isEmpty ? "" : ": " + causes.joined(separator: "; or "))
    case .validBranches(let indices):
      return
        "\(name) fits several of the alternatives of which it must fit one: \(list(indices.map { "\($0)" }, "and"))"
    case .negated:
      return "\(name) has a form that is not allowed"
    case .never:
      return "\(name) must not be here"
    case .budgetExceeded:
      return "checking \(name) takes too many steps: it has too many aliases, or the schema too many alternatives"
    case .depthExceeded:
      return "\(name) is nested too deeply to be checked"
    }
  }

  private func words(_ types: SchemaTypeSet) -> String {
    let names = types.names.map {
      $0 == "null" ? "null" : ["a", "e", "i", "o"].contains($0.prefix(1)) ? "an \($0)" : "a \($0)"
    }
    guard let last = names.last, names.count > 1 else { return names.first ?? "nothing" }
    return names.dropLast().joined(separator: ", ") + " or " + last
  }

  private func isMinimum(_ keyword: SchemaKeyword?) -> Bool { keyword?.name.hasPrefix("min") ?? false }

  private func unit(_ keyword: SchemaKeyword?, _ count: Int) -> String {
    let noun =
      switch keyword?.name.dropFirst(3) {
      case "Length": "character"
      case "Items": "item"
      default: "key"
      }
    return count == 1 ? "\(noun) is" : noun + "s are"
  }

  private func relation(_ keyword: SchemaKeyword?) -> String {
    switch keyword {
    case .minimum: "less than the minimum of"
    case .maximum: "more than the maximum of"
    case .exclusiveMinimum: "not more than"
    case .exclusiveMaximum: "not less than"
    default: "no multiple of"
    }
  }
}

/// `a, b or c`, each in backticks.
func list(_ words: [String], _ conjunction: String) -> String {
  let quoted = words.map { "`\($0)`" }
  guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "nothing" }
  return quoted.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}

/// `minLength` as `min-length`, `$ref` as `ref`.
public func kebabCase(_ name: String) -> String {
  var result = ""
  for character in name where character != "$" {
    if character.isUppercase { result += "-" }
    result += character.lowercased()
  }
  return result
}

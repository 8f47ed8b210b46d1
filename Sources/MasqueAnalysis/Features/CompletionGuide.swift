import DocumentTree
import JSONSchema
import MasqueModel
import SourceText
import YAMLSyntax

/// Turns what the schema knows of a place into offers.
struct CompletionGuide {
  let snapshot: Snapshot
  let cursor: CursorContext
  /// The cursor, in bytes.
  let offset: Int
  let schema: Schema
  let names: KnownNames

  /// The subschemas that apply at the cursor's path.
  var place: [SubschemaID] { schema.subschemas(at: cursor.path) }

  /// Offers where an entry of a map or list can stand.
  func entries() -> [Completion] {
    let place = place
    let types = schema.types(of: place)
    if types.contains(.object) { return scaffold() + keys(of: place) }
    // `- ` with a text behind it: the item itself.
    if cursor.followsDash { return values(place, range: cursor.word) }
    if types.contains(.array), !cursor.hasColon { return items(of: place) }
    // Below `key:` a value may stand on a line of its own.
    return cursor.hasColon || place.isEmpty ? [] : values(place, range: cursor.word)
  }

  // MARK: Keys

  private func keys(of place: [SubschemaID]) -> [Completion] {
    let present = cursor.siblings
    let properties = schema.propertyNames(of: place).filter { !present.contains($0.name) }
    // Required keys first, each group in the schema's order.
    let ordered = properties.filter(\.isRequired) + properties.filter { !$0.isRequired }
    return ordered.map { property in
      let subschemas = schema.propertySubschemas(of: place, key: property.name)
      let written = text(forKey: property.name, subschemas)
      return Completion(
        label: property.name, kind: .key,
        detail: (property.isRequired ? "required, " : "") + schema.types(of: subschemas).shortWords,
        documentation: documentation(of: subschemas), range: cursor.word,
        insertText: leadingSpace + written.plain, snippet: written.snippet.map { leadingSpace + $0 },
        filterText: cursor.quote.map { String(UnicodeScalar($0)) + property.name },
        retriggers: !cursor.hasColon && !schema.allowedValues(of: subschemas).isEmpty)
    }
  }

  var leadingSpace: String { cursor.needsSpace ? " " : "" }

  /// What is inserted for a key: with its colon, and with what its value begins with.
  private func text(forKey key: String, _ subschemas: [SubschemaID]) -> (plain: String, snippet: String?) {
    if cursor.hasColon { return (key, nil) }
    // In the middle of a line, or in braces, the value has to follow on the line.
    guard !cursor.isFlow, cursor.endsLine else { return ("\(key): ", nil) }
    let types = schema.types(of: subschemas)
    let below = snapshot.syntax.lineBreak + String(repeating: " ", count: cursor.column + 2)
    if types == .array { return ("\(key):\(below)- ", nil) }
    if types == .object { return ("\(key):\(below)", nil) }
    if schema.isLongText(subschemas) { return ("\(key): |\(below)", nil) }
    return ("\(key): ", nil)
  }

  private func items(of place: [SubschemaID]) -> [Completion] {
    [
      Completion(
        label: "- ", kind: .snippet, detail: "list item", documentation: documentation(of: place), range: cursor.word,
        insertText: leadingSpace + "- ", retriggers: true)
    ]
  }

  /// A whole masque, in a file that has nothing but blanks and comments.
  private func scaffold() -> [Completion] {
    guard cursor.path.isEmpty, cursor.column == 0,
      snapshot.syntax.topLevelPairs.allSatisfy({ pair in
        snapshot.syntax.tree[pair.key].flags.contains(.repaired)
      }), cursor.siblings.isEmpty, !cursor.isFlow,
      // Configuration files have no lens.
      schema.propertyNames(of: place).contains(where: { $0.name == "lens" })
    else { return [] }
    let name = MasqueName.fromPath(snapshot.path) ?? "New Masque"
    let index = names.nextIndex() ?? 1
    let written = MasqueScaffold.text(name: ScalarWriting.scalar(name), index: index)
    let lineBreak = snapshot.syntax.lineBreak
    return [
      Completion(
        label: "masque", kind: .snippet, detail: "a whole masque to fill in",
        documentation: "The keys that every masque needs, and values to start from.", range: cursor.word,
        insertText: written.replacing("\n", with: lineBreak),
        snippet: MasqueScaffold.snippet(name: ScalarWriting.scalar(name), index: index).replacing("\n", with: lineBreak)
      )
    ]
  }

  // MARK: Values

  /// Offers for a value.
  ///
  /// - Parameters:
  ///   - place: the subschemas of the value.
  ///   - range: what is replaced.
  /// - Returns: the offers.
  func values(_ place: [SubschemaID], range: ByteRange) -> [Completion] {
    let allowed = schema.allowedValues(of: place)
    if !allowed.isEmpty {
      return allowed.map { offer($0, kind: .enumMember, range, title: schema.text(of: place, "title")) }
    }
    if let names = knownNames(range) { return names }
    if let verbs = spinnerVerbs(range) { return verbs }
    let types = schema.types(of: place)
    if types == .boolean {
      return [true, false].map {
        offer(SchemaValue(text: "\($0)", yaml: "\($0)", isText: false), kind: .enumMember, range, title: nil)
      }
    }
    return schema.examples(of: place).map { offer($0, kind: .value, range, title: "example") }
  }

  private func offer(_ value: SchemaValue, kind: CompletionKind, _ range: ByteRange, title: String?) -> Completion {
    let isAsItStands = !value.isText || !cursor.isFlow && cursor.quote == nil
    let written = isAsItStands ? value.yaml : written(value.text)
    return Completion(
      label: value.text, kind: kind, detail: title, documentation: value.description, range: range,
      insertText: leadingSpace + written, filterText: cursor.quote.map { String(UnicodeScalar($0)) + value.text },
      isPreselected: value.isDefault)
  }

  /// A text as a scalar at the cursor, in the quotes that stand there, else in some where it needs them.
  func written(_ text: String) -> String {
    guard let quote = cursor.quote else { return ScalarWriting.scalar(text, inFlow: cursor.isFlow) }
    if quote == UInt8(ascii: "'"), let quoted = ScalarWriting.singleQuoted(text) { return quoted }
    return ScalarWriting.doubleQuoted(text)
  }

  /// `Name:` and a verb, where a spinner verb stands.
  private func spinnerVerbs(_ range: ByteRange) -> [Completion]? {
    guard cursor.path.count == 3, cursor.path[0] == .key("spinnerVerbs"), cursor.path[1] == .key("verbs"),
      let root = snapshot.syntax.tree.root,
      let value = snapshot.syntax.tree.value(forKey: "name", in: root)
    else { return nil }
    let name = snapshot.syntax.tree.text(of: value)
    guard !name.isEmpty else { return nil }
    let text = "\(name):Working..."
    let escaped = ScalarWriting.doubleQuoted(name).dropFirst().dropLast()
    return [
      Completion(
        label: "\(name):…", kind: .value, detail: "spinner verb",
        documentation: "What the progress indicator says: the masque's name, a colon, and a verb.", range: range,
        insertText: leadingSpace + ScalarWriting.doubleQuoted(text),
        snippet: leadingSpace + "\"\(snippetEscaped(String(escaped))):${1:Working}...\"",
        filterText: cursor.quote.map { String(UnicodeScalar($0)) + name })
    ]
  }

  // MARK: Documentation

  /// The schema's words about a value, as Markdown: its description, its type and the values it can have.
  private func documentation(of subschemas: [SubschemaID]) -> String? {
    var parts: [String] = []
    if let description = schema.text(of: subschemas, "description") { parts.append(description) }
    let allowed = schema.allowedValues(of: subschemas)
    if !allowed.isEmpty {
      parts.append(allowed.map { "- `\($0.text)`" + ($0.description.map { ": \($0)" } ?? "") }.joined(separator: "\n"))
    }
    return parts.isEmpty ? nil : parts.joined(separator: "\n\n")
  }
}

/// Text as it stands in a snippet of the Language Server Protocol, where `$`, `}` and `\` have a meaning.
func snippetEscaped(_ text: String) -> String {
  var result = ""
  for character in text {
    if character == "$" || character == "}" || character == "\\" { result += "\\" }
    result.append(character)
  }
  return result
}

extension SchemaTypeSet {
  /// The types in a word each, for the line beside a completion.
  var shortWords: String {
    var words: [String] = []
    if contains(.string) { words.append("text") }
    if contains(.number) || contains(.integer) { words.append("number") }
    if contains(.boolean) { words.append("true or false") }
    if contains(.array) { words.append("list") }
    if contains(.object) { words.append("map") }
    return words.isEmpty ? "value" : words.joined(separator: " or ")
  }
}

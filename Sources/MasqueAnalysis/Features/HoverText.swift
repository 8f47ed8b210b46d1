import DocumentTree
import JSONSchema
import MasqueModel
import SourceText
import YAMLSyntax

/// Puts what is known about a token into Markdown.
struct HoverText {
  let snapshot: Snapshot
  let token: HoverToken
  let schema: Schema

  private var tree: DocumentTree { snapshot.syntax.tree }

  /// The explanation; nil where nothing is known.
  var markdown: String? {
    let parts =
      switch token.role {
      case .key: key()
      case .value: value()
      case .anchor: anchor()
      case .mergeKey: mergeKey()
      }
    return parts.isEmpty ? nil : parts.joined(separator: "\n\n")
  }

  // MARK: Tokens

  private func key() -> [String] {
    let place = schema.subschemas(at: token.path)
    return isDescribed(place) ? description(of: place) : authorsKey()
  }

  private func value() -> [String] {
    let place = schema.subschemas(at: token.path)
    var parts = aliasTarget().map { [$0] } ?? []
    if let id = token.value, let words = intentPatternText(in: snapshot, of: id) { return parts + words }
    if let value = meaning(at: place), let words = value.description {
      parts.append("**\(codeSpan(value.text))**: \(words)")
    }
    return parts + (isDescribed(place) ? description(of: place) : [])
  }

  /// Whether the schema says anything in words of a place.
  private func isDescribed(_ place: [SubschemaID]) -> Bool {
    schema.text(of: place, "title") != nil || schema.text(of: place, "description") != nil
  }

  private func anchor() -> [String] {
    guard let id = token.value, let name = tree.properties(of: id)?.anchor else { return [] }
    let count = tree.nodes.reduce(0) { $0 + ($1.kind == .alias && $1.payload == id.index ? 1 : 0) }
    let alias = codeSpan("*\(snapshot.text[name])")
    let uses =
      switch count {
      case 0: "No \(alias) refers to it."
      case 1: "One \(alias) stands for it."
      default: "\(count) times \(alias) stands for it."
      }
    return ["**\(codeSpan(snapshot.text[token.range]))** gives the value behind it a name. \(uses)"]
  }

  private func mergeKey() -> [String] {
    let words = "**`<<`** takes the keys of another map into this one. Keys that are written here win."
    return [words] + (token.value.flatMap { aliasTarget(of: $0) }.map { [$0] } ?? [])
  }

  /// A key that the schema leaves to the author.
  private func authorsKey() -> [String] {
    guard case .key(let name)? = token.path.last else { return [] }
    var container = token.path.dropLast()
    while !container.isEmpty, !isDescribed(schema.subschemas(at: container)) { container = container.dropLast() }
    let place = schema.subschemas(at: container)
    guard !container.isEmpty, !schema.describesAllProperties(of: place), schema.types(of: place).contains(.object),
      let title = schema.text(of: place, "title")
    else { return [] }
    let words = schema.text(of: place, "description").map { [oneParagraph($0)] } ?? []
    return ["**\(codeSpan(name))** · a key of your own in **\(title)**"] + words
  }

  // MARK: Aliases

  private func aliasTarget() -> String? { token.value.flatMap { aliasTarget(of: $0) } }

  private func aliasTarget(of id: NodeID) -> String? {
    guard tree[id].kind == .alias else { return nil }
    let alias = codeSpan(snapshot.text[tree[id].range])
    guard let target = tree.resolved(id) else { return "**\(alias)** stands for nothing: no such anchor is above it." }
    return "**\(alias)** stands for\n\n```yaml\n\(excerpt(of: target))\n```"
  }

  /// The first lines of a value, without the indentation that they share.
  private func excerpt(of id: NodeID) -> String {
    let limit = 12
    let range = tree[id].range
    // Its first line stands behind something else, so the blanks before it are not part of the range.
    var start = range.start
    while start > 0, tree.source[start - 1] == 0x20 { start -= 1 }
    let isWhole = start == 0 || tree.source[start - 1] == 0x0A || tree.source[start - 1] == 0x0D
    let text = snapshot.text[ByteRange(isWhole ? start : range.start, range.end)]
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let indented = isWhole ? lines[...] : lines.dropFirst()
    let shared = indented.filter { !$0.allSatisfy(\.isWhitespace) }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
    let first = isWhole ? [] : lines.prefix(1).map(String.init)
    let shown = first + indented.map { String($0.dropFirst(min(shared, $0.prefix { $0 == " " }.count))) }
    // A fence inside would end the block.
    return (shown.prefix(limit) + (shown.count > limit ? ["…"] : [])).joined(separator: "\n")
      .replacing("```", with: "'''")
  }

  // MARK: What the schema says

  private func description(of place: [SubschemaID]) -> [String] {
    let allowed = schema.allowedValues(of: place)
    var parts = [heading(of: place, allowed)]
    if let words = schema.text(of: place, "description") { parts.append(oneParagraph(words)) }
    if !allowed.isEmpty {
      parts.append(list(allowed, marking: meaning(at: place)))
    } else {
      if let value = schema.text(of: place, "default") { parts.append("Default: \(codeSpan(value))") }
      if let examples = examples(of: place) { parts.append(examples) }
    }
    if let keys = keys(of: place) { parts.append(keys) }
    return parts.filter { !$0.isEmpty }
  }

  /// The title, the type, and whether the key has to be there.
  private func heading(of place: [SubschemaID], _ allowed: [SchemaValue]) -> String {
    var words: [String] = []
    let container = schema.subschemas(at: token.path.dropLast())
    var need: String?
    if case .key(let name)? = token.path.last {
      let property = schema.propertyNames(of: container).first { $0.name == name }
      // Under a key of the author's own, the title alone would not say which.
      if property == nil { words.append("**\(codeSpan(name))**") }
      if let property {
        need =
          property.isRequired ? "required" : requiredSometimes(name, in: container) ? "sometimes required" : "optional"
      }
      if let title = schema.text(of: place, "title") {
        words.append(property == nil ? title : "**\(title)**")
      } else if property != nil {
        words.append("**\(codeSpan(name))**")
      }
    } else if let title = schema.text(of: place, "title") {
      words.append("**\(title)**")
    }
    let types = schema.types(of: place)
    if allowed.count > 1 {
      words.append("one of \(allowed.count) values")
    } else if !types.isEmpty {
      words.append(types.shortWords)
    }
    return (words + (need.map { [$0] } ?? [])).joined(separator: " · ")
  }

  /// Whether a condition can make a key required.
  private func requiredSometimes(_ name: String, in container: [SubschemaID]) -> Bool {
    schema.inPlace(container).contains { id in
      guard let list = schema.node(of: id, "required") else { return false }
      let document = schema.document(of: id)
      return document.children(of: list).contains { document.hasText($0, name) }
    }
  }

  private func list(_ values: [SchemaValue], marking written: SchemaValue?) -> String {
    values.map { value in
      let isWritten = value.text == written?.text && value.isText == written?.isText
      let name = isWritten ? "**\(codeSpan(value.text))**" : codeSpan(value.text)
      let marks = [isWritten ? "written here" : nil, value.isDefault ? "the default" : nil].compactMap { $0 }
      return "- " + name + (value.description.map { ": \($0)" } ?? "")
        + (marks.isEmpty ? "" : " *(\(marks.joined(separator: ", ")))*")
    }.joined(separator: "\n")
  }

  private func examples(of place: [SubschemaID]) -> String? {
    let examples = schema.examples(of: place)
    guard !examples.isEmpty else { return nil }
    if examples.contains(where: { $0.description != nil }) {
      return "For example:\n\n" + list(examples, marking: meaning(at: place))
    }
    return (examples.count == 1 ? "Example: " : "Examples: ")
      + examples.map { codeSpan($0.yaml) }.joined(separator: ", ")
  }

  /// The keys that a map may have, the required ones first.
  private func keys(of place: [SubschemaID]) -> String? {
    guard schema.types(of: place).contains(.object) else { return nil }
    let properties = schema.propertyNames(of: place)
    guard !properties.isEmpty else { return nil }
    let ordered = properties.filter(\.isRequired) + properties.filter { !$0.isRequired }
    return "Keys: "
      + ordered.map { codeSpan($0.name) + ($0.isRequired ? " (required)" : "") }.joined(separator: ", ")
  }

  /// What the schema knows of the value that is written, if it names it.
  private func meaning(at place: [SubschemaID]) -> SchemaValue? {
    let written: (text: String, type: ScalarType?)
    if let id = token.value.flatMap({ tree.resolved($0) }), tree[id].kind == .scalar {
      let node = tree[id]
      if node.flags.contains(.absent) { return nil }
      written = (node.type == .null ? "null" : tree.text(of: id), node.type)
    } else if let text = token.writtenText {
      written = (text, nil)
    } else {
      return nil
    }
    return (schema.allowedValues(of: place) + schema.examples(of: place)).first { value in
      value.text == written.text && (written.type.map { ($0 == .string) == value.isText } ?? true)
    }
  }
}

/// Text as code in Markdown, whatever backticks it has.
func codeSpan(_ text: String) -> String {
  let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
  let shown = line.count > 60 ? line.prefix(57) + "…" : line[...]
  if shown.isEmpty { return "`\"\"`" }
  return shown.contains("`") ? "`` \(shown) ``" : "`\(shown)`"
}

/// Markdown whose lines run on: some clients break lines where the text does.
private func oneParagraph(_ markdown: String) -> String {
  markdown.replacing("\n\n", with: "\u{0}").replacing("\n", with: " ").replacing("\u{0}", with: "\n\n")
}

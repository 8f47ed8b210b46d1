import DocumentTree
import JSON
public import JSONSchema
import MasqueModel
public import MasqueWorkspace
import RegularLanguages
public import SourceText
import YAMLSyntax

/// Evaluations of masques.
public enum Evaluations {
  /// The end of the names of their files.
  public static let suffix = ".eval.yaml"

  /// The schema of the files, compiled at first use: `schemas/masque.eval.schema.yaml`.
  public static var schema: Schema { loadedSchema.schema }

  /// What is wrong with a file, as far as its schema tells; nothing for one of another tool, whose files may be called so as
  /// well: it has none of our keys.
  ///
  /// - Parameters:
  ///   - text: its text.
  ///   - path: the file.
  /// - Returns: problems, in document order.
  public static func problems(in text: SourceText, _ path: FilePath) -> [DocumentProblem] {
    let tree = SyntaxTree(text).tree
    let keys: [StaticString] = ["masque", "intents", "transcripts"]
    guard let root = tree.root, keys.contains(where: { tree.member($0, of: root) != nil }) else { return [] }
    return MasqueWorkspace.problems(in: text, path, by: loadedSchema)
  }

  fileprivate static let loadedSchema: LoadedSchema = {
    let yaml = EmbeddedEvaluationSchema.yaml
    let bytes = UnsafeBufferPointer(start: yaml.utf8Start, count: yaml.utf8CodeUnitCount)
    let syntax = SyntaxTree(SourceText(Array(bytes)))
    return LoadedSchema(Schema.compile(syntax.tree, options: SchemaOptions(assertsFormats: true)).schema)
  }()

  /// No file of evaluations, and no transcript, is as long.
  fileprivate static let maximumLength = 16 << 20
}

/// Runs evaluations: what `eval` does.
///
/// - Parameters:
///   - arguments: which.
///   - context: where masques are found.
/// - Returns: how each case came out.
/// - Throws: that something that was named is not there.
func runEvaluations(
  _ arguments: EvalCommand.Arguments, _ context: CommandContext
) throws(CommandError) -> EvalCommand.Result {
  var paths: Set<FilePath> = []
  var without: Set<FilePath> = []
  func add(_ masque: FilePath) {
    let evaluations = evaluations(beside: masque)
    if (try? context.files.kind(of: evaluations, followingLinks: true)) == .file {
      paths.insert(evaluations)
    } else {
      without.insert(masque)
    }
  }
  if let named = arguments.files, !named.isEmpty {
    for text in named {
      let path = FilePath(text).absolute(from: context.files.currentFolder)
      let kind: FileKind
      do throws(FileError) {
        kind = try context.files.kind(of: path, followingLinks: true)
      } catch {
        throw CommandError(.notFound, "\(context.shown(path)): \(error.message)")
      }
      if kind == .folder {
        for masque in discoverMasques([path], in: context.files).files { add(masque) }
      } else if path.isMasque {
        guard (try? context.files.kind(of: evaluations(beside: path), followingLinks: true)) == .file else {
          throw CommandError(
            .notFound,
            "\(context.shown(path)) has no evaluations: \(context.shown(evaluations(beside: path))) is missing")
        }
        add(path)
      } else {
        paths.insert(path)
      }
    }
  } else {
    for entry in MasqueCollection(context.places, in: context.files).entries where !entry.isShadowed { add(entry.path) }
  }
  let files = paths.sorted().map { evaluate($0, context) }
  let cases = files.flatMap(\.cases)
  return EvalCommand.Result(
    files: files, passed: cases.count { $0.passed }, failed: cases.count { !$0.passed },
    without: without.sorted().map(context.shown))
}

private func evaluations(beside masque: FilePath) -> FilePath {
  let stem = MasqueName.stem(ofPath: masque.description) ?? ""
  return masque.parent.appending("\(stem)\(Evaluations.suffix)".utf8)
}

/// One file.
private func evaluate(_ path: FilePath, _ context: CommandContext) -> EvalCommand.File {
  var file = EvalCommand.File(file: context.shown(path), masque: nil, cases: [])
  func fail(_ message: String, line: Int = 1) {
    file.cases.append(
      EvalCommand.Case(kind: "file", name: context.shown(path), line: line, passed: false, message: message))
  }
  let text: SourceText
  do throws(FileError) {
    text = SourceText(try context.files.read(path, maximumLength: Evaluations.maximumLength))
  } catch {
    fail(error.message)
    return file
  }
  let lines = LineIndex(text)
  func line(_ offset: Int) -> Int { lines.line(containing: offset) + 1 }
  let problems = MasqueWorkspace.problems(in: text, path, by: Evaluations.loadedSchema).filter { !$0.isWarning }
  let syntax = SyntaxTree(text)
  guard problems.isEmpty, let root = syntax.tree.root else {
    for problem in problems { fail(problem.message, line: line(problem.range.start)) }
    return file
  }
  let masque: LoadedMasque
  let intent: MasqueIntent?
  do throws(CommandError) {
    masque = try context.masque(of: path, syntax)
    file.masque = masque.identity.name
    intent = syntax.tree.member("intents", of: root) == nil ? nil : try masque.wholeIntent()
  } catch {
    fail(error.message)
    return file
  }
  let tree = syntax.tree
  for item in tree.items(of: tree.member("intents", of: root)) {
    guard let intent, let phrase = tree.member("phrase", of: item), let verdict = tree.member("verdict", of: item)
    else {
      continue
    }
    file.cases.append(
      judged(
        tree.text(of: phrase), tree.text(of: verdict), tree.member("because", of: item).map { tree.text(of: $0) },
        intent,
        masque, line(tree[phrase].range.start)))
  }
  for item in tree.items(of: tree.member("transcripts", of: root)) {
    let name = tree.member("name", of: item).map { tree.text(of: $0) } ?? ""
    do throws(CommandError) {
      let said = try words(of: item, tree, beside: path, context)
      file.cases += expectations(tree.member("expect", of: item), tree, name, said, line)
    } catch {
      file.cases.append(
        EvalCommand.Case(
          kind: "transcript", name: name, line: line(tree[item].range.start), passed: false, message: error.message))
    }
  }
  return file
}

extension CommandContext {
  /// The masque that a file of evaluations is about.
  fileprivate func masque(of path: FilePath, _ syntax: SyntaxTree) throws(CommandError) -> LoadedMasque {
    if let named = syntax.tree.root.flatMap({ syntax.tree.member("masque", of: $0) }) {
      let relative = FilePath(syntax.tree.text(of: named))
      return try masque(
        MasqueReference(relative.absolute(from: path.parent).description), of: EvalCommand.description)
    }
    let name = String(decoding: path.name, as: UTF8.self)
    guard name.hasSuffix(Evaluations.suffix) else {
      throw CommandError(
        .invalidArguments,
        "its name does not end in \(Evaluations.suffix), so `masque` must say whose evaluations these are")
    }
    let stem = name.dropLast(Evaluations.suffix.count)
    return try masque(
      MasqueReference(path.parent.appending("\(stem).masque.yaml".utf8).description), of: EvalCommand.description)
  }
}

extension DocumentTree {
  fileprivate func items(of list: NodeID?) -> [NodeID] {
    guard let list, self[list].kind == .sequence else { return [] }
    return children(of: list).compactMap { resolved($0) }
  }
}

// MARK: Intents

private func judged(
  _ phrase: String, _ expected: String, _ reason: String?, _ intent: MasqueIntent, _ masque: LoadedMasque, _ line: Int
) -> EvalCommand.Case {
  let verdict = intent.verdict(for: phrase)
  var result = EvalCommand.Case(
    kind: "intent", name: phrase, line: line, passed: verdict.kind.rawValue == expected, message: nil)
  guard !result.passed else { return result }
  var message = "is \(verdict.kind.rawValue), not \(expected)"
  if let pattern = verdict.decidingPattern {
    message += ": `\(pattern.text)` (line \(masque.place(of: pattern.place.itemRange.start).line)) decides it"
  } else if let nearest = verdict.nearestPattern {
    message += ": nearest is `\(nearest.text)`"
  }
  result.message = message + (reason.map { "; \($0)" } ?? "")
  return result
}

// MARK: Transcripts

/// What the agent said in a transcript.
private func words(
  of transcript: NodeID, _ tree: DocumentTree, beside path: FilePath, _ context: CommandContext
) throws(CommandError) -> String {
  if let turns = tree.member("turns", of: transcript) {
    return tree.items(of: turns).compactMap { tree.member("agent", of: $0) }.map { tree.text(of: $0) }
      .joined(separator: "\n")
  }
  let relative = FilePath(tree.member("file", of: transcript).map { tree.text(of: $0) } ?? "")
  guard !relative.isAbsolute, !relative.components.contains(where: { $0.elementsEqual("..".utf8) }) else {
    throw CommandError(.refused, "\(relative) leads out of the folder of the evaluations")
  }
  let file = path.parent.appending(relative.bytes)
  let bytes: [UInt8]
  do throws(FileError) {
    bytes = try context.files.read(file, maximumLength: Evaluations.maximumLength)
  } catch {
    throw CommandError(.file, "\(context.shown(file)): \(error.message)")
  }
  guard relative.description.hasSuffix(".jsonl") else { return String(decoding: bytes, as: UTF8.self) }
  var said: [String] = []
  for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
  where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) {
    guard let value = try? JSONValue(parsing: Array(line)) else {
      throw CommandError(.file, "\(context.shown(file)): line \(number + 1) is no JSON")
    }
    guard value["type"] == "assistant" else { continue }
    switch value["message"]?["content"] {
    case .string(let text): said.append(text)
    case .array(let parts): said += parts.filter { $0["type"] == "text" }.compactMap { $0["text"]?.stringValue }
    default: break
    }
  }
  return said.joined(separator: "\n")
}

private func expectations(
  _ node: NodeID?, _ tree: DocumentTree, _ name: String, _ said: String, _ line: (Int) -> Int
) -> [EvalCommand.Case] {
  let text = plain(said)
  var cases: [EvalCommand.Case] = []
  func add(_ item: NodeID, _ what: String, _ problem: String?) {
    cases.append(
      EvalCommand.Case(
        kind: "transcript", name: "\(name): \(what)", line: line(tree[item].range.start), passed: problem == nil,
        message: problem))
  }
  func strings(_ key: StaticString) -> [(NodeID, String)] {
    tree.items(of: tree.member(key, of: node)).map { ($0, tree.text(of: $0)) }
  }
  for (item, wanted) in strings("mention") {
    add(item, "mentions \"\(wanted)\"", place(of: plain(wanted), in: text, from: 0) == nil ? "is not mentioned" : nil)
  }
  for (item, unwanted) in strings("avoid") {
    add(
      item, "avoids \"\(unwanted)\"",
      place(of: plain(unwanted), in: text, from: 0).map { "is mentioned: \(excerpt(text, $0))" })
  }
  for (key, isWanted) in [("match" as StaticString, true), ("reject", false)] {
    for (item, source) in strings(key) {
      let what = "\(isWanted ? "matches" : "does not match") /\(source)/"
      do throws(ECMAPatternError) {
        let matches = try ECMAPattern(source).matches(said)
        add(item, what, matches == isWanted ? nil : isWanted ? "does not match" : "matches")
      } catch {
        add(item, what, error.message)
      }
    }
  }
  var position = 0
  var previous: String?
  for (item, wanted) in strings("order") {
    let what = previous.map { "mentions \"\(wanted)\" after \"\($0)\"" } ?? "mentions \"\(wanted)\" first"
    let found = place(of: plain(wanted), in: text, from: position)
    let isThere = found != nil || place(of: plain(wanted), in: text, from: 0) != nil
    add(item, what, found == nil ? (isThere ? "comes earlier only" : "is not mentioned") : nil)
    if let found { position = found + plain(wanted).count }
    previous = wanted
  }
  return cases
}

/// Text in lower case with one blank between its words: what expectations of texts are held to.
private func plain(_ text: String) -> [UInt8] {
  Array(text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ").utf8)
}

/// Where a text begins in another at the earliest. O(n·m) at worst, and O(n) for words as people write them.
private func place(of needle: [UInt8], in text: [UInt8], from start: Int) -> Int? {
  guard let first = needle.first, text.count >= needle.count else { return nil }
  var position = start
  while position + needle.count <= text.count {
    guard let candidate = text[position...(text.count - needle.count)].firstIndex(of: first) else { return nil }
    if text[candidate..<(candidate + needle.count)].elementsEqual(needle) { return candidate }
    position = candidate + 1
  }
  return nil
}

private func excerpt(_ text: [UInt8], _ place: Int) -> String {
  var start = max(place - 30, 0)
  var end = min(place + 60, text.count)
  // Whole characters.
  while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
  while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
  return "\"…\(String(decoding: text[start..<end], as: UTF8.self))…\""
}

import DocumentTree
import JSON
import MasqueCommands
import MasqueModel
import MasqueWorkspace
import SourceText

/// What we have written into the agent's settings: the one key `spinnerVerbs`.
struct SpinnerChange: Codable, Sendable, Equatable {
  /// Our value.
  var value: JSONValue
  /// The text of the value that was there; nil if there was none.
  var original: String?
  /// The settings without our value; nil if there was no file.
  var without: String?
  /// The settings with it.
  var with: String
}

/// A change of the settings' file from one text to another; nil is no file.
struct SettingsWrite: Codable, Sendable, Equatable {
  var before: String?
  var after: String?
  /// Our change in `after`; nil if nothing in it is ours.
  var change: SpinnerChange?
}

/// `.claude/settings.local.json` of a project, of which one key is ours while a masque is worn. Every other byte is
/// somebody else's and stays.
struct AgentSettings {
  static let key = "spinnerVerbs"
  static let maximumLength = 4 << 20

  var path: FilePath
  var files: any Files

  init(project: FilePath, files: any Files) {
    path = project.appending(".claude".utf8).appending("settings.local.json".utf8)
    self.files = files
  }

  /// The file's text; nil if there is no file.
  func read() throws(FileError) -> String? {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try files.read(path, maximumLength: Self.maximumLength)
    } catch {
      if error.reason == .notFound { return nil }
      throw error
    }
    let text = String(decoding: bytes, as: UTF8.self)
    guard Array(text.utf8) == bytes else { throw FileError(path, .system(0), "is no UTF-8 text") }
    return text
  }

  /// Gives the file a text, or removes it.
  func write(_ text: String?, over current: String?) throws(FileError) {
    switch (text, current) {
    case (let text?, let current?):
      if text != current { try files.replace(path, expecting: Array(current.utf8), with: Array(text.utf8)) }
    case (let text?, nil):
      // Somebody else may have made it meanwhile.
      if try read() != nil { throw .changed(path) }
      try files.makeFolder(path.parent, isPrivate: false)
      try files.write(path, Array(text.utf8))
    case (nil, .some):
      try files.remove(path)
    case (nil, nil):
      break
    }
  }

  /// The settings with spinner verbs.
  ///
  /// - Parameters:
  ///   - verbs: the verbs.
  ///   - text: the settings without; nil if there is no file.
  /// - Returns: our change.
  /// - Throws: what is wrong with the settings.
  static func change(_ verbs: SpinnerVerbs, _ text: String?) throws(JSONEditError) -> SpinnerChange {
    // Claude Code knows no `prepend`.
    let mode: SpinnerMode = verbs.mode == .prepend ? .append : verbs.mode
    let value: JSONValue = [
      "mode": .string(mode.rawValue), "verbs": .array(verbs.verbs.map { .string($0) }),
    ]
    let source = SourceText(text ?? "")
    let edits = try JSONEditor.setValue(value, atPath: [.key(key)], in: source)
    let with = String(decoding: source.applying(edits).text.bytes, as: UTF8.self)
    return SpinnerChange(value: value, original: valueText(in: text), without: text, with: with)
  }

  /// The settings without our change: what was there before, byte for byte, if nobody else has written; else only our
  /// value gives way to what was there. What somebody has made of our value stays.
  ///
  /// - Parameters:
  ///   - change: our change.
  ///   - current: the settings as they are; nil if there is no file.
  /// - Returns: the settings as they are to be; nil for no file.
  /// - Throws: why nobody can tell what is ours in them.
  static func undoing(_ change: SpinnerChange, in current: String?) throws(JSONEditError) -> String? {
    guard let current else { return nil }
    if current == change.with { return change.without }
    try check(current)
    guard value(in: current) == change.value else { return current }
    return replacingValue(in: current, by: change.original)
  }

  /// The settings as they were before a write, byte for byte if nobody else has written since; else only the value of our
  /// key goes back, if it is what the write made of it.
  static func reverting(_ write: SettingsWrite, in current: String?) throws(JSONEditError) -> String? {
    if current == write.after || current == write.before { return write.before }
    guard let current else { return nil }
    try check(current)
    guard value(in: current) == value(in: write.after) else { return current }
    return replacingValue(in: current, by: valueText(in: write.before))
  }

  /// What is wrong with settings, for people.
  static func words(_ error: JSONEditError) -> String {
    switch error {
    case .notJSON(let syntax): syntax.description
    case .mismatch, .noSuchItem: "it is no object"
    }
  }

  /// Throws if the text is no JSON: nobody can tell then what is ours in it.
  private static func check(_ text: String) throws(JSONEditError) {
    _ = try JSONEditor.removeValue(atPath: [.key(key)], in: SourceText(text))
  }

  /// A text in which our key has another value, given as its text; nil removes the key.
  private static func replacingValue(in text: String, by value: String?) -> String {
    let source = SourceText(text)
    var edits: [TextEdit] = []
    switch (value, valueRange(in: source)) {
    case (let value?, let range?):
      edits = [TextEdit(range, value)]
    case (let value?, nil):
      guard let json = try? JSONValue(parsing: value) else { return text }
      edits = (try? JSONEditor.setValue(json, atPath: [.key(key)], in: source)) ?? []
    case (nil, _):
      edits = (try? JSONEditor.removeValue(atPath: [.key(key)], in: source)) ?? []
    }
    return String(decoding: source.applying(edits).text.bytes, as: UTF8.self)
  }

  private static func value(in text: String?) -> JSONValue? {
    valueText(in: text).flatMap { try? JSONValue(parsing: $0) }
  }

  private static func valueText(in text: String?) -> String? {
    let source = SourceText(text ?? "")
    return valueRange(in: source).map { String(decoding: source.bytes[$0.start..<$0.end], as: UTF8.self) }
  }

  /// Where the value of our key stands; the last of several counts.
  private static func valueRange(in source: SourceText) -> ByteRange? {
    let tree = JSONDocument.parse(source).tree
    guard let root = tree.root, tree[root].kind == .mapping else { return nil }
    return tree.pairs(of: root).reversed().first { tree.hasText($0.key, key) }.map { tree[$0.value].range }
  }
}

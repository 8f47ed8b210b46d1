public import MasqueModel
public import SourceText
import YAMLSyntax

/// What a completion stands for; an editor draws an icon for it.
public enum CompletionKind: Sendable, Hashable {
  /// A key of a mapping.
  case key
  /// One of a fixed set of values.
  case enumMember
  /// Any other value.
  case value
  /// A longer text to fill in.
  case snippet
  /// The name of something that the masque or another has.
  case name
}

/// One offer at a cursor.
public struct Completion: Sendable, Hashable {
  /// What the list shows.
  public var label: String
  /// What it stands for.
  public var kind: CompletionKind
  /// A few words beside the label.
  public var detail: String?
  /// The explanation, in Markdown.
  public var documentation: String?
  /// The bytes that are replaced: the word at the cursor, on the cursor's line.
  public var range: ByteRange
  /// What comes in their place.
  public var insertText: String
  /// The same with tab stops in the Language Server Protocol's snippet syntax, where that helps.
  public var snippet: String?
  /// The text that what was typed is compared with, if that is not the label.
  public var filterText: String?
  /// Whether the editor should ask for completions again after inserting: a key with a fixed set of values.
  public var retriggers: Bool
  /// Whether an editor should select it first.
  public var isPreselected: Bool

  /// An offer; see the properties. Offers come in the order in which they should be shown.
  public init(
    label: String, kind: CompletionKind, detail: String? = nil, documentation: String? = nil, range: ByteRange,
    insertText: String, snippet: String? = nil, filterText: String? = nil, retriggers: Bool = false,
    isPreselected: Bool = false
  ) {
    self.label = label
    self.kind = kind
    self.detail = detail
    self.documentation = documentation
    self.range = range
    self.insertText = insertText
    self.snippet = snippet
    self.filterText = filterText
    self.retriggers = retriggers
    self.isPreselected = isPreselected
  }
}

/// What can be written at a cursor, the best first. Works while the text is broken.
///
/// - Parameters:
///   - snapshot: the masque.
///   - offset: the cursor, in bytes.
///   - schema: the schema that says what can stand where.
///   - names: what other masques have.
/// - Returns: the offers, empty where nothing can be said.
public func completions(
  in snapshot: Snapshot, at offset: Int, schema: MasqueSchema = .bundled, names: KnownNames = .none
) -> [Completion] {
  if let comment = snapshot.syntax.comment(at: offset) { return completions(inComment: comment, snapshot, at: offset) }
  let cursor = cursorContext(in: snapshot, at: offset)
  let guide = CompletionGuide(
    snapshot: snapshot, cursor: cursor, offset: offset, schema: schema.schema, names: names)
  switch cursor.role {
  case .none: return []
  case .value: return guide.values(guide.place, range: cursor.word)
  case .key: return guide.entries()
  }
}

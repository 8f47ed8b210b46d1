public import SourceText
public import YAMLSyntax

/// One version of one masque file, read. Immutable: features and rules are functions over it.
public struct Snapshot: Sendable {
  /// The file's path as it is shown to people; empty for a text without a file.
  public let path: String
  /// The syntax tree, which holds the text.
  public let syntax: SyntaxTree
  /// What is known of the intents of the versions before.
  let intents: IntentMemo

  /// The text.
  public var text: SourceText { syntax.text }

  /// Reads a text.
  public init(path: String, text: SourceText) {
    self.init(path: path, syntax: SyntaxTree(text), intents: IntentMemo())
  }

  private init(path: String, syntax: SyntaxTree, intents: IntentMemo) {
    self.path = path
    self.syntax = syntax
    self.intents = intents
  }

  /// The snapshot after one replacement, of which as little as possible is read again.
  ///
  /// - Parameters:
  ///   - edit: the replacement, in the offsets of `text`.
  ///   - newText: the text after it.
  /// - Returns: what `Snapshot(path:text:)` gives for the new text.
  public func replacing(_ edit: TextEdit, newText: SourceText) -> Snapshot {
    Snapshot(path: path, syntax: syntax.replacing(edit, newText: newText), intents: intents)
  }
}

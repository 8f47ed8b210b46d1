public import SourceText
import YAMLSyntax

/// The edits that format a masque, and what was left as it is.
public struct MasqueFormatting: Sendable {
  /// The edits, apart from each other and in document order; each is proved to leave the meaning as it is.
  public var edits: [TextEdit]
  /// The text after them.
  public var text: SourceText
  /// Stretches that were left alone, and why.
  public var refusals: [(range: ByteRange, reason: String)]
}

/// Formats a masque, or the lines that a range touches.
///
/// The style is that of the shipped personas, and has no options: an editor's tab size does not change it, because a
/// check in a pipeline has to agree with every editor.
///
/// - Parameters:
///   - snapshot: the masque.
///   - range: the stretch; the whole masque if nil.
/// - Returns: the edits. None are made that would change what the masque says.
public func format(_ snapshot: Snapshot, in range: ByteRange? = nil) -> MasqueFormatting {
  let formatting = snapshot.syntax.formatted(in: range)
  return MasqueFormatting(
    edits: formatting.edits, text: formatting.text,
    refusals: formatting.refusals.map { ($0.range, $0.reason) })
}

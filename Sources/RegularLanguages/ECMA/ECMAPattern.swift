/// A compiled ECMA-262 regular expression, with the meaning that JSON Schema gives to `pattern`.
///
/// The syntax is that of ECMA-262 (16th edition, 2025) in Unicode mode (flag `u`), which JSON Schema 2020-12
/// recommends; no other flag is set. A text matches when the expression matches anywhere in it, unless `^` and `$` say
/// otherwise. Since only *whether* it matches is asked, lazy quantifiers mean what greedy ones mean, and groups capture
/// nothing.
///
/// Look-ahead, look-behind and back references are not regular and are refused when the pattern is compiled. So
/// matching takes time linear in the text, whatever the pattern.
///
/// ```swift
/// let identifier = try ECMAPattern(#"^[a-z][a-z0-9-]*$"#)
/// identifier.matches("rush-hour")  // true
/// ```
///
/// A pattern may be shared between threads.
public struct ECMAPattern: Sendable {
  /// The text of the pattern, as it was given.
  public let source: String

  private let recognizer: Recognizer

  /// Compiles a pattern.
  ///
  /// - Parameters:
  ///   - source: The pattern, without delimiters or flags.
  ///   - limits: Bounds on the automata. Counted repetition is written out within them.
  /// - Throws: ``ECMAPatternError`` when `source` is no pattern, is not regular, or is too large.
  public init(_ source: String, limits: AutomatonLimits = AutomatonLimits()) throws(ECMAPatternError) {
    self.source = source
    let expression = try Self.expression(source, limits: limits)
    do {
      recognizer = try Recognizer(expression.containedAnywhere, limits: limits)
    } catch {
      throw ECMAPatternError(kind: .tooLarge, message: error.description, offset: 0)
    }
  }

  /// Parses a pattern into the regular expression whose matches a search would find.
  ///
  /// Its ``RegularExpression/containedAnywhere`` denotes the texts that the pattern matches.
  ///
  /// - Parameters:
  ///   - source: The pattern, without delimiters or flags.
  ///   - limits: Bounds on the automata; a repetition that cannot fit is refused where it stands.
  /// - Returns: The expression between an implied "anything" on both sides.
  /// - Throws: ``ECMAPatternError`` when `source` is no pattern, is not regular, or is too large.
  public static func expression(
    _ source: String, limits: AutomatonLimits = AutomatonLimits()
  ) throws(ECMAPatternError) -> RegularExpression {
    var parser = ECMAParser(source, limits: limits)
    return try parser.parsePattern()
  }

  /// Whether the pattern matches somewhere in `utf8`. Ill-formed bytes count as U+FFFD, one per maximal subpart.
  public func matches(utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    recognizer.matches(utf8: utf8)
  }

  /// Whether the pattern matches somewhere in `utf8`. Ill-formed bytes count as U+FFFD, one per maximal subpart.
  public func matches(utf8: UnsafeRawBufferPointer) -> Bool {
    recognizer.matches(utf8: utf8)
  }

  /// Whether the pattern matches somewhere in `utf8`. Bytes that do not lie in one piece of memory are copied first.
  public func matches(utf8: some Collection<UInt8>) -> Bool {
    recognizer.matches(utf8: utf8)
  }

  /// Whether the pattern matches somewhere in `text`.
  public func matches(_ text: String) -> Bool {
    recognizer.matches(text)
  }
}

/// Why a text is not a usable ECMA-262 pattern.
public struct ECMAPatternError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What sort of reason it is.
  ///
  /// Only ``syntax`` says that the text is no ECMA-262 pattern; the others say that it is one that is not compiled here,
  /// and its whole syntax has been checked (save for ``tooLarge`` when groups are nested too deeply or too many).
  public enum Kind: Hashable, Sendable {
    /// The text does not follow the grammar.
    case syntax
    /// The pattern is well formed and asks for what no regular language offers: look-around or a back reference.
    case notRegular
    /// The pattern is well formed and asks for what is not offered here: inline flags.
    case unsupported
    /// The pattern needs a larger automaton than the limits grant, or nests too deeply.
    case tooLarge
  }

  /// What sort of reason it is.
  public let kind: Kind
  /// One sentence without a full stop, for a person.
  public let message: String
  /// Where in the pattern the culprit begins: a UTF-8 byte offset from 0 to the pattern's length.
  public let offset: Int

  /// The message, and the place for those who only see this.
  public var description: String { "\(message) (at byte \(offset) of the pattern)" }
}

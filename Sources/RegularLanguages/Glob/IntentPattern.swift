/// A glob over phrases: a pattern of an intent's `allowed` or `denied` list.
///
/// A pattern denotes a set of ``Phrase``s and matches whole phrases only. Its text is normalised as phrases are.
///
/// | Part | Stands for |
/// |---|---|
/// | `*`, `**` | any run of scalars, spaces and nothing included |
/// | ` *` at the very end, outside braces | zero or more further words: `rush *` matches `rush` as well |
/// | `?` | one scalar that is not a space |
/// | `[abc]`, `[a-z]`, `[!a-z]` | one scalar of a class; never a space, unless it is listed |
/// | `{a,b}` | any of the alternatives, which may hold anything, groups included |
/// | `\` | the next scalar as it is |
///
/// ```swift
/// let pattern = try IntentPattern("{deploy,publish} *production*")
/// pattern.matches("Deploy to  production")  // true
/// ```
///
/// Two patterns are equal when their ``canonicalText`` is: equal after normalisation, which is less than denoting the
/// same phrases; ``PhraseLanguage`` decides the latter. A pattern may be shared between threads.
public struct IntentPattern: Hashable, Sendable, CustomStringConvertible {
  /// The text of the pattern as it was given.
  public let source: String
  /// What the pattern consists of, in order, each part with its place in ``source``.
  public let parts: [Part]
  /// The pattern's text after normalisation: case folded, spaces collapsed, `**` as `*`, escapes only where they are
  /// needed, classes as sorted ranges of what they match. Parsing it yields an equal pattern.
  public let canonicalText: String

  let automaton: PhraseAutomaton

  /// The longest pattern, in UTF-8 bytes.
  public static let maximumLength = 1 << 16
  /// The deepest nesting of braces.
  public static let maximumDepth = 32

  /// Parses and compiles a pattern. Linear in its text, but for chains of optional groups.
  ///
  /// - Throws: ``IntentPatternError`` at the exact place, when `source` is no pattern or needs too large an automaton.
  public init(_ source: String) throws(IntentPatternError) {
    self.source = source
    var parser = try IntentPatternParser(source)
    parts = try parser.parsePattern()
    canonicalText = canonical(parts)
    do {
      automaton = try PhraseAutomaton(expression(parts))
    } catch {
      throw IntentPatternError(
        kind: .tooLarge, message: "the pattern is too large: \(error)", range: 0..<source.utf8.count)
    }
  }

  /// Whether `phrase`, once normalised, is in the pattern's language.
  ///
  /// There is no backtracking: the time is the length of the phrase times the size of the pattern, whatever they are.
  public func matches(_ phrase: String) -> Bool {
    matches(Phrase(phrase))
  }

  /// Whether `phrase` is in the pattern's language.
  public func matches(_ phrase: Phrase) -> Bool {
    automaton.accepts(phrase.scalars)
  }

  /// The fewest scalars to insert, delete or replace in `phrase` until the pattern matches it; nil when the pattern
  /// matches nothing at all. Quadratic as matching is.
  public func editDistance(to phrase: Phrase) -> Int? {
    automaton.editDistance(to: phrase.scalars)
  }

  /// Whether no phrase whatever matches, as with `{a, b }x`, of which one alternative leads to two spaces in a row and
  /// the other to one at the phrase's end.
  public var matchesNothing: Bool { automaton.isEmpty }

  /// Whether the pattern ends in ` *`, that is in zero or more further words.
  public var endsInFurtherWords: Bool { parts.last?.kind == .furtherWords }

  /// Whether both have the same ``canonicalText``.
  public static func == (left: IntentPattern, right: IntentPattern) -> Bool {
    left.canonicalText == right.canonicalText
  }

  /// Hashes ``canonicalText``.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(canonicalText)
  }

  /// The text of the pattern as it was given.
  public var description: String { source }

  /// A part of a pattern and its place.
  public struct Part: Hashable, Sendable {
    /// What the part stands for.
    public let kind: Kind
    /// The part's UTF-8 bytes in the pattern's text.
    public let range: Range<Int>

    /// What a part stands for.
    public indirect enum Kind: Hashable, Sendable {
      /// Itself: text without special meaning, normalised.
      case text(String)
      /// `*` or `**`: any run of scalars.
      case run(isDoubled: Bool)
      /// ` *` at the pattern's end: zero or more further words.
      case furtherWords
      /// `?`: one scalar that is not a space.
      case oneScalar
      /// `[…]`: one scalar of this set, which is folded and, where the class is negated, complemented.
      case scalarClass(ScalarSet)
      /// `{…}`: any of the sequences.
      case alternatives([[Part]])
    }
  }
}

/// Why a text is no intent pattern, and where.
public struct IntentPatternError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of mistakes.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Nothing, or only white space.
    case empty
    /// A `!` at the beginning: there is no negation but the other list.
    case leadingNegation
    /// A `[` without its `]`.
    case unclosedClass
    /// `[]` or `[!]`.
    case emptyClass
    /// A range such as `[z-a]`.
    case reversedRange
    /// A `{` without its `}`.
    case unclosedGroup
    /// A `\` with nothing after it.
    case trailingBackslash
    /// Braces nested deeper than ``IntentPattern/maximumDepth``.
    case nestedTooDeeply
    /// A pattern beyond the bounds on its length or its automaton.
    case tooLarge
  }

  /// What is wrong.
  public let kind: Kind
  /// One sentence without a full stop, for a person.
  public let message: String
  /// The offending UTF-8 bytes of the pattern's text; the whole text where nothing finer is to blame.
  public let range: Range<Int>

  /// ``message``.
  public var description: String { message }
}

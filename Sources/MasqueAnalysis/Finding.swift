public import SourceText

/// How much a finding matters. The order is that of importance, the least first.
public enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
  /// A detail that an author may like to know.
  case hint
  /// Something worth knowing that needs no change.
  case information
  /// Probably a mistake.
  case warning
  /// The file is no masque, or does not mean what it says.
  case error

  /// Orders by importance, the least first.
  public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

  private var rank: Int {
    switch self {
    case .hint: 0
    case .information: 1
    case .warning: 2
    case .error: 3
    }
  }
}

/// Whether a fix may be applied without asking.
public enum Applicability: String, Sendable, Hashable {
  /// The meaning that the author had is certain: `--fix` applies it.
  case safe
  /// It decides something for the author: `--fix-unsafe` applies it, or the author in an editor.
  case unsafe
  /// It shows what to do and leaves a gap to fill in.
  case displayOnly = "display-only"
}

/// A change that mends a finding.
public struct Fix: Sendable, Hashable {
  /// What it does, in the imperative: "Put the text in quotes".
  public var title: String
  /// The replacements, apart from each other, in the offsets of the file that the finding is in.
  public var edits: [TextEdit]
  /// Whether it may be applied without asking.
  public var applicability: Applicability

  /// A fix; see the properties.
  public init(_ title: String, _ edits: [TextEdit], _ applicability: Applicability = .safe) {
    self.title = shortenedQuotes(in: title)
    self.edits = edits
    self.applicability = applicability
  }
}

/// Another place that a finding is about.
public struct RelatedPlace: Sendable, Hashable {
  /// The other file; nil for the finding's own.
  public var path: String?
  /// The bytes in that file.
  public var range: ByteRange
  /// What is there: "the first `ring` is here".
  public var message: String

  /// A place; see the properties.
  public init(path: String? = nil, range: ByteRange, message: String) {
    self.path = path
    self.range = range
    self.message = shortenedQuotes(in: message)
  }
}

/// How an editor may draw a finding, beside its severity.
public enum FindingTag: String, Sendable, Hashable {
  /// The text has no effect.
  case unnecessary
  /// The text is out of date.
  case deprecated
}

/// Something an author should know about a place in a masque.
public struct Finding: Sendable, Hashable {
  /// The stable code, in kebab-case: `schema-enum`.
  public var code: String
  /// How much it matters.
  public var severity: Severity
  /// The offending bytes.
  public var range: ByteRange
  /// What is wrong, where the other party is, and what to do, for people; no final full stop.
  public var message: String
  /// Other places that it is about.
  public var related: [RelatedPlace]
  /// Changes that mend it, the best first.
  public var fixes: [Fix]
  /// How to draw it.
  public var tags: [FindingTag]

  /// A finding; see the properties.
  public init(
    _ code: String, _ severity: Severity, _ range: ByteRange, _ message: String, related: [RelatedPlace] = [],
    fixes: [Fix] = [], tags: [FindingTag] = []
  ) {
    self.code = code
    self.severity = severity
    self.range = range
    self.message = shortenedQuotes(in: message)
    self.related = related
    self.fixes = fixes
    self.tags = tags
  }
}

/// A sentence in which no quotation is longer than anyone reads: a document may have a name of a million characters.
///
/// O(n) in the sentence, and next to nothing for one of the usual length.
private func shortenedQuotes(in sentence: String) -> String {
  let longest = 160
  guard sentence.utf8.count > longest else { return sentence }
  let pieces = sentence.unicodeScalars.split(separator: "`", omittingEmptySubsequences: false)
  // Every second piece is a quotation, unless what is quoted has backticks of its own.
  return pieces.enumerated().map { number, piece in
    let isQuoted = number % 2 == 1 || pieces.count % 2 == 0
    guard piece.count > (isQuoted ? longest : 3 * longest) else { return String(piece) }
    return String(String.UnicodeScalarView(piece.prefix(longest * 3 / 4))) + "…"
  }.joined(separator: "`")
}

public import DocumentTree
public import RegularLanguages
public import SourceText
import YAMLSyntax

/// The intent of a masque as its file has it: the patterns of both lists with their places, and what is wrong with the
/// others.
///
/// Aliases are followed and merge keys resolved. What is no text, or stands in a part of the file that could not be read
/// as written, is left to other findings: it belongs to no list here, and ``isWhole(_:)`` says that something is missing.
/// The runtime, the linter and the editor all judge phrases with this one value.
public struct MasqueIntent: Sendable {
  /// The boundary that the patterns draw. Its list of what is allowed is nil only if the key is absent: an `allowed` that
  /// is no list allows nothing.
  public let boundary: IntentBoundary
  /// The patterns of `allowed`, in the order and number of `boundary.allowed`.
  public let allowed: [PlacedPattern]
  /// The patterns of `denied`, in the order and number of `boundary.denied`.
  public let denied: [PlacedPattern]
  /// The texts in the lists that are no patterns, in the order of the lists, the allowed ones first.
  public let errors: [PlacedPatternError]
  /// The list behind `allowed`; nil if there is none.
  public let allowedList: NodeID?
  /// The list behind `denied`; nil if there is none.
  public let deniedList: NodeID?

  /// Whether there are more patterns than are read.
  public let isCut: Bool

  private let unread: Set<PatternReference.List>

  /// The most items of both lists that are read. No author writes as many; a file that does is not whole.
  public static let maximumPatterns = 10_000
  /// The most bytes of patterns that are read, for the same reason.
  public static let maximumLength = 1 << 20

  /// Reads the intent of a masque; nil for one without an intent, or with one that is no mapping.
  ///
  /// - Parameters:
  ///   - tree: the masque's document.
  ///   - sections: its sections.
  ///   - parse: makes a pattern of its text; for readers that remember patterns.
  public init?(
    _ tree: DocumentTree, _ sections: MasqueSections,
    parse: (String) -> Result<IntentPattern, IntentPatternError> = parsePattern
  ) {
    guard let intent = sections.intent, tree[intent].kind == .mapping else { return nil }
    var reader = IntentReader(tree: tree)
    let allowedValue = tree.member("allowed", of: intent)
    let deniedValue = tree.member("denied", of: intent)
    allowedList = reader.read(.allowed, allowedValue, parse)
    allowed = reader.takePatterns()
    deniedList = reader.read(.denied, deniedValue, parse)
    denied = reader.takePatterns()
    errors = reader.errors
    unread = reader.unread
    isCut = reader.isCut
    boundary = IntentBoundary(
      allowed: allowedValue == nil ? nil : allowed.map(\.pattern), denied: denied.map(\.pattern))
  }

  /// Reads the intent of a masque; nil for one without an intent, or with one that is no mapping.
  ///
  /// - Parameter tree: the masque's document.
  public init?(_ tree: DocumentTree) {
    self.init(tree, MasqueSections(tree))
  }

  /// Whether everything that stands in a list is in the boundary. What is missing could only turn `not-allowed` into
  /// `allowed`, and either into `denied`.
  public func isWhole(_ list: PatternReference.List) -> Bool { !unread.contains(list) }

  /// Whether a verdict that differs from what was expected differs for certain: what could not be read does not change it
  /// into what was expected.
  ///
  /// - Parameters:
  ///   - verdict: the verdict of the boundary.
  ///   - expected: what was expected.
  public func isFinal(_ verdict: IntentVerdict.Kind, insteadOf expected: IntentVerdict.Kind) -> Bool {
    switch (verdict, expected) {
    case (.notAllowed, .allowed): isWhole(.allowed)
    case (.notAllowed, .denied), (.allowed, .denied): isWhole(.denied)
    default: true
    }
  }

  /// The pattern that a reference into the boundary names, with its place.
  public subscript(reference: PatternReference) -> PlacedPattern? {
    let patterns = reference.list == .allowed ? allowed : denied
    return patterns.indices.contains(reference.index) ? patterns[reference.index] : nil
  }

  /// Judges a phrase: denied if a denied pattern matches, else allowed if an allowed one does or there is no such list,
  /// else not allowed.
  ///
  /// - Parameter phrase: the phrase as it was said.
  /// - Returns: the verdict with the patterns that it rests on.
  public func verdict(for phrase: String) -> PlacedVerdict {
    let verdict = boundary.verdict(for: phrase)
    return PlacedVerdict(
      kind: verdict.kind, phrase: verdict.phrase, decidingPattern: verdict.decidingPattern.flatMap { self[$0] },
      matches: verdict.matches.compactMap { self[$0] }, nearestPattern: verdict.nearestPattern.flatMap { self[$0] })
  }

  /// Compares what this intent lets through with what another does.
  ///
  /// - Parameters:
  ///   - other: the other intent, for instance that of an earlier version.
  ///   - budget: the most work to do.
  /// - Returns: whether this one is equal, narrower, wider, incomparable or undecided, with a phrase for each direction
  ///   in which they differ.
  public func compared(to other: MasqueIntent, budget: DecisionBudget = DecisionBudget()) -> IntentComparison {
    boundary.compared(to: other.boundary, budget: budget)
  }
}

/// Makes a pattern of its text.
public func parsePattern(_ text: String) -> Result<IntentPattern, IntentPatternError> {
  do {
    return .success(try IntentPattern(text))
  } catch {
    return .failure(error)
  }
}

/// A text in a list of an intent, and where it stands.
public struct IntentPlace: Sendable, Hashable {
  /// The list.
  public let list: PatternReference.List
  /// Its place in the list as it is written, from 0.
  public let position: Int
  /// The item: the scalar itself, or an alias of it.
  public let item: NodeID
  /// The scalar.
  public let node: NodeID
  /// The bytes of the item.
  public let itemRange: ByteRange
  /// The bytes of the scalar, with its quotes.
  public let range: ByteRange

  /// Whether the item is an alias of a text that is written elsewhere.
  public var isAlias: Bool { item != node }
}

/// A pattern of a masque.
public struct PlacedPattern: Sendable, Hashable {
  /// The pattern.
  public let pattern: IntentPattern
  /// How the boundary refers to it.
  public let reference: PatternReference
  /// Where it stands.
  public let place: IntentPlace

  /// The pattern as its author wrote it, without YAML's quotes and escapes.
  public var text: String { pattern.source }
}

/// A text in a list of an intent that is no pattern.
public struct PlacedPatternError: Sendable, Hashable {
  /// What is wrong; its range is one of the text.
  public let error: IntentPatternError
  /// Where the text stands.
  public let place: IntentPlace
  /// The offending bytes of the file; for an empty text, its quotes.
  public let range: ByteRange
}

/// What an intent says of a phrase, with the places of the patterns that it rests on.
public struct PlacedVerdict: Sendable, Hashable {
  /// The verdict.
  public let kind: IntentVerdict.Kind
  /// The phrase as it was judged, after normalisation.
  public let phrase: Phrase
  /// The first pattern that made the verdict what it is; nil when none did.
  public let decidingPattern: PlacedPattern?
  /// Every pattern that matches, the allowed ones first, in the order of the lists.
  public let matches: [PlacedPattern]
  /// When nothing matches, the pattern that the fewest edits of the phrase would make match.
  public let nearestPattern: PlacedPattern?
}

/// Reads the lists of an intent.
private struct IntentReader {
  let tree: DocumentTree
  var errors: [PlacedPatternError] = []
  var unread: Set<PatternReference.List> = []
  var isCut = false
  private var patterns: [PlacedPattern] = []
  private var count = 0
  private var length = 0

  init(tree: DocumentTree) { self.tree = tree }

  mutating func takePatterns() -> [PlacedPattern] {
    defer { patterns = [] }
    return patterns
  }

  /// Reads one list.
  ///
  /// - Returns: the list's node, nil if `value` is none.
  mutating func read(
    _ list: PatternReference.List, _ value: NodeID?, _ parse: (String) -> Result<IntentPattern, IntentPatternError>
  ) -> NodeID? {
    guard let value else { return nil }
    guard tree[value].kind == .sequence else {
      unread.insert(list)
      return nil
    }
    for (position, item) in tree.children(of: value).enumerated() {
      guard let node = tree.resolved(item), tree.isText(node), !tree[node].flags.contains(.repaired) else {
        unread.insert(list)
        continue
      }
      guard count < MasqueIntent.maximumPatterns, length + Int(tree[node].count) <= MasqueIntent.maximumLength else {
        unread.insert(list)
        isCut = true
        continue
      }
      count += 1
      length += Int(tree[node].count)
      let place = IntentPlace(
        list: list, position: position, item: item, node: node, itemRange: tree[item].range, range: tree[node].range)
      switch parse(tree.text(of: node)) {
      case .success(let pattern):
        patterns.append(
          PlacedPattern(
            pattern: pattern, reference: PatternReference(list: list, index: patterns.count), place: place))
      case .failure(let error):
        let range = error.kind == .empty ? place.range : tree.sourceRange(ofText: error.range, in: node)
        errors.append(PlacedPatternError(error: error, place: place, range: range))
        unread.insert(list)
      }
    }
    return value
  }
}

import DocumentTree
import MasqueModel
import RegularLanguages
import Synchronization

/// A masque's intent, and everything that can be said of its patterns taken together.
struct IntentReading: Sendable {
  let intent: MasqueIntent
  let analysis: IntentAnalysis

  private let repeated: Set<PatternReference>
  private let slips: Set<Slip>
  private let slipped: Set<PatternReference>

  private struct Slip: Hashable {
    var pattern: PatternReference
    var kind: NearMiss.Kind
  }

  init(intent: MasqueIntent, analysis: IntentAnalysis) {
    self.intent = intent
    self.analysis = analysis
    repeated = Set(analysis.duplicates.map(\.pattern))
    slipped = Set(analysis.nearMisses.map(\.pattern))
    slips = Set(analysis.nearMisses.map { Slip(pattern: $0.pattern, kind: $0.kind) })
  }

  /// Whether nothing is left of what is allowed, so that one finding says all.
  var isEmptied: Bool {
    analysis.isEmpty == .yes && intent.allowedList != nil && intent.isWhole(.allowed)
  }

  /// A pattern by its list and its number in the boundary.
  func pattern(_ list: PatternReference.List, _ index: Int) -> PlacedPattern? {
    intent[PatternReference(list: list, index: index)]
  }

  /// Whether a pattern repeats no earlier one.
  func isOriginal(_ list: PatternReference.List, _ index: Int) -> Bool {
    !repeated.contains(PatternReference(list: list, index: index))
  }

  /// Whether a pattern has a slip of some kind.
  func isNearMiss(_ reference: PatternReference, _ kind: NearMiss.Kind) -> Bool {
    slips.contains(Slip(pattern: reference, kind: kind))
  }

  /// Whether a pattern has a slip of any kind.
  func hasSlip(_ reference: PatternReference) -> Bool { slipped.contains(reference) }

  /// A phrase that shows what a pattern matches: for an allowed one, if possible, one that is let through.
  func sample(of pattern: PlacedPattern) -> String? {
    (analysis.samplePhrase(of: pattern.reference) ?? analysis.phrase(matching: [pattern.reference])).map(\.text)
  }
}

/// Remembers what was found out about the intent of one version of a document, for the next: patterns that are still
/// there are not compiled again, and lists that are the same are not analysed again.
///
/// It belongs to the versions of one document. What it says depends on the texts of the patterns alone, so that an answer
/// is the same with and without it.
final class IntentMemo: Sendable {
  private struct Memory {
    var patterns: [String: Result<IntentPattern, IntentPatternError>] = [:]
    var analysis: IntentAnalysis?
  }

  private let memory = Mutex(Memory())

  /// The intent of a version; nil for a masque without one.
  func intent(of tree: DocumentTree, _ sections: MasqueSections) -> MasqueIntent? {
    let before = memory.withLock { $0.patterns }
    var patterns: [String: Result<IntentPattern, IntentPatternError>] = [:]
    let intent = MasqueIntent(tree, sections) { text in
      let pattern = before[text] ?? parsePattern(text)
      patterns[text] = pattern
      return pattern
    }
    memory.withLock { $0.patterns = patterns }
    return intent
  }

  /// The intent of a version with its analysis; nil for a masque without one.
  func reading(of tree: DocumentTree, _ sections: MasqueSections) -> IntentReading? {
    guard let intent = intent(of: tree, sections) else { return nil }
    let boundary = intent.boundary
    if let known = memory.withLock({ $0.analysis }), haveSameTexts(known.boundary, boundary) {
      return IntentReading(intent: intent, analysis: known)
    }
    let analysis = IntentAnalysis(allowed: boundary.allowed, denied: boundary.denied)
    memory.withLock { $0.analysis = analysis }
    return IntentReading(intent: intent, analysis: analysis)
  }
}

/// Whether two boundaries have the same texts in the same order, so that what is said of one holds for the other.
private func haveSameTexts(_ a: IntentBoundary, _ b: IntentBoundary) -> Bool {
  func same(_ a: [IntentPattern], _ b: [IntentPattern]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0.source.utf8.elementsEqual($1.source.utf8) }
  }
  guard (a.allowed == nil) == (b.allowed == nil) else { return false }
  return same(a.allowed ?? [], b.allowed ?? []) && same(a.denied, b.denied)
}

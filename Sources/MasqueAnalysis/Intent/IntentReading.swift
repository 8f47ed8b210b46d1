import DocumentTree
import MasqueModel
import RegularLanguages
import Synchronization

/// A masque's intent, and everything that can be said of its patterns taken together.
struct IntentReading: Sendable {
  let intent: MasqueIntent
  let analysis: IntentAnalysis

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
    let reference = PatternReference(list: list, index: index)
    return !analysis.duplicates.contains { $0.pattern == reference }
  }

  /// Whether a pattern has a slip of some kind.
  func isNearMiss(_ reference: PatternReference, _ kind: NearMiss.Kind) -> Bool {
    analysis.nearMisses.contains { $0.pattern == reference && $0.kind == kind }
  }

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

  /// The intent of a version.
  ///
  /// - Parameters:
  ///   - tree: the version.
  ///   - sections: its sections.
  /// - Returns: nil for a masque without an intent.
  func reading(of tree: DocumentTree, _ sections: MasqueSections) -> IntentReading? {
    let before = memory.withLock { $0 }
    var patterns: [String: Result<IntentPattern, IntentPatternError>] = [:]
    let intent = MasqueIntent(tree, sections) { text in
      let pattern = before.patterns[text] ?? parsePattern(text)
      patterns[text] = pattern
      return pattern
    }
    guard let intent else { return nil }
    let boundary = intent.boundary
    let analysis: IntentAnalysis
    if let known = before.analysis, haveSameTexts(known.boundary, boundary) {
      analysis = known
    } else {
      analysis = IntentAnalysis(allowed: boundary.allowed, denied: boundary.denied)
    }
    memory.withLock { $0 = Memory(patterns: patterns, analysis: analysis) }
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

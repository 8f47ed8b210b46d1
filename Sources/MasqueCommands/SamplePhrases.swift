public import JSON
import MasqueModel
import RegularLanguages

/// Phrases to try a masque's intent with: what its patterns let through and keep out, readable where that is possible.
///
/// - Parameters:
///   - argument: an argument of `intent.explain`, whose masque is meant.
///   - context: where masques are found.
///   - limit: the most phrases.
/// - Returns: the phrases, those that are allowed first; none where there is no masque to ask.
public func samplePhrases(for argument: JSONValue, _ context: CommandContext, limit: Int) -> [String] {
  let reference = argument["masque"].flatMap { try? JSONValueDecoder().decode(MasqueReference.self, from: $0) }
  guard
    let masque = try? context.masque(
      reference, uri: argument["uri"]?.stringValue, of: IntentExplainCommand.description),
    let intent = try? masque.wholeIntent()
  else { return [] }
  let analysis = IntentAnalysis(allowed: intent.boundary.allowed, denied: intent.boundary.denied)
  var result: [String] = []
  func add(_ patterns: [PlacedPattern], upTo count: Int) {
    for pattern in patterns where result.count < count {
      guard let phrase = analysis.samplePhrase(of: pattern.reference)?.text, !phrase.isEmpty,
        !result.contains(phrase)
      else { continue }
      result.append(phrase)
    }
  }
  add(intent.allowed, upTo: max(limit - min(intent.denied.count, limit / 2), 0))
  add(intent.denied, upTo: limit)
  return result
}

/// How many edits turn one word into another: an insertion, a removal or a replacement of a character, or a swap of
/// two neighbours, each counts one (optimal string alignment). Case counts.
///
/// - Parameters:
///   - a: a word.
///   - b: another.
///   - limit: the largest distance of interest.
/// - Returns: the distance, nil beyond the limit. O(|a| · |b|).
public func editDistance(_ a: String, _ b: String, limit: Int) -> Int? {
  let a = Array(a.utf8.prefix(64))
  let b = Array(b.utf8.prefix(64))
  guard abs(a.count - b.count) <= limit else { return nil }
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in 0..<a.count {
    var current = [i + 1]
    current.reserveCapacity(b.count + 1)
    for j in 0..<b.count {
      var cost = min(last[j + 1] + 1, current[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
      current.append(cost)
    }
    beforeLast = last
    last = current
  }
  return last[b.count] <= limit ? last[b.count] : nil
}

/// The candidate that a misspelt word was probably meant to be: the only nearest one within two edits, of which there
/// must be fewer than the word has letters. A difference of case alone counts as no edit.
///
/// - Parameters:
///   - word: what was written.
///   - candidates: what could have been meant.
/// - Returns: the candidate, nil if there is none or no single one.
public func nearestSpelling(of word: String, among candidates: [String]) -> String? {
  let lowered = word.lowercased()
  var best: (candidate: String, distance: Int)?
  var isTie = false
  for candidate in candidates where candidate != word {
    let limit = min(2, max(0, min(word.utf8.count, candidate.utf8.count) - 1))
    guard let distance = editDistance(lowered, candidate.lowercased(), limit: limit) else { continue }
    if let known = best, known.distance <= distance {
      if known.distance == distance { isTie = true }
    } else {
      best = (candidate, distance)
      isTie = false
    }
  }
  return isTie ? nil : best?.candidate
}

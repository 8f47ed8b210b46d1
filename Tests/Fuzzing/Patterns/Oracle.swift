import RegularLanguages

// Matching by definition, apart from the library's automata: which places of the text can a match end at, that begins
// at one of these? Texts have less than 64 scalars, so that places are bits.

/// Whether the parts of an intent pattern match a whole phrase.
func oracle(_ parts: [IntentPattern.Part], _ phrase: [Unicode.Scalar]) -> Bool {
  guard phrase.count < 63 else { return false }
  return ends(parts, phrase, 1) >> UInt64(phrase.count) & 1 == 1
}

private func ends(_ parts: [IntentPattern.Part], _ phrase: [Unicode.Scalar], _ starts: UInt64) -> UInt64 {
  var places = starts
  for part in parts where places != 0 {
    switch part.kind {
    case .text(let text):
      for scalar in text.unicodeScalars { places = step(places, phrase) { $0 == scalar } }
    case .run:
      places = behind(places, phrase.count)
    case .furtherWords:
      places |= behind(step(places, phrase) { $0 == " " }, phrase.count)
    case .oneScalar:
      places = step(places, phrase) { $0 != " " }
    case .scalarClass(let set):
      places = step(places, phrase) { set.contains($0) }
    case .alternatives(let members):
      places = members.reduce(0) { $0 | ends($1, phrase, places) }
    }
  }
  return places
}

/// Whether a search for the expression finds something; nil where asking takes too long.
func oracle(_ expression: RegularExpression, _ text: [Unicode.Scalar]) -> Bool? {
  guard text.count < 63 else { return nil }
  var budget = 20_000
  let everywhere = (UInt64(1) << UInt64(text.count + 1)) - 1
  return ends(expression, text, everywhere, &budget).map { $0 != 0 }
}

private func ends(
  _ expression: RegularExpression, _ text: [Unicode.Scalar], _ starts: UInt64, _ budget: inout Int
) -> UInt64? {
  budget -= 1
  if budget < 0 { return nil }
  switch expression {
  case .empty: return starts
  case .scalars(let set): return step(starts, text) { set.contains($0) }
  case .concatenation(let members):
    var places = starts
    for member in members {
      guard let next = ends(member, text, places, &budget) else { return nil }
      places = next
    }
    return places
  case .alternation(let members):
    var places: UInt64 = 0
    for member in members {
      guard let next = ends(member, text, starts, &budget) else { return nil }
      places |= next
    }
    return places
  case .repetition(let member, let minimum, let maximum):
    if let maximum, maximum < max(minimum, 0) { return 0 }
    var places = starts
    var seen: [UInt64: Int] = [:]
    var round = 0
    while round < minimum {
      // The places repeat with a period, which saves the rounds of `{1000000}`.
      if let earlier = seen[places] {
        let period = round - earlier
        round += (minimum - round) / period * period
        if round >= minimum { break }
      }
      seen[places] = round
      guard let next = ends(member, text, places, &budget) else { return nil }
      places = next
      round += 1
    }
    var all = places
    while maximum.map({ round < $0 }) ?? true {
      guard let next = ends(member, text, all, &budget) else { return nil }
      if next | all == all { break }
      all |= next
      round += 1
    }
    return all
  case .assertion(let assertion):
    var places: UInt64 = 0
    for place in 0...text.count where starts >> UInt64(place) & 1 == 1 {
      let before = place > 0 && isWord(text[place - 1])
      let after = place < text.count && isWord(text[place])
      let holds =
        switch assertion {
        case .start: place == 0
        case .end: place == text.count
        case .wordBoundary: before != after
        case .notWordBoundary: before == after
        }
      if holds { places |= 1 << UInt64(place) }
    }
    return places
  }
}

private func isWord(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar {
  case "a"..."z", "A"..."Z", "0"..."9", "_": true
  default: false
  }
}

private func step(_ places: UInt64, _ text: [Unicode.Scalar], _ fits: (Unicode.Scalar) -> Bool) -> UInt64 {
  var result: UInt64 = 0
  for place in text.indices where places >> UInt64(place) & 1 == 1 && fits(text[place]) {
    result |= 1 << UInt64(place + 1)
  }
  return result
}

/// The places and all behind them.
private func behind(_ places: UInt64, _ count: Int) -> UInt64 {
  guard places != 0 else { return 0 }
  let first = UInt64(places.trailingZeroBitCount)
  return ((UInt64(1) << UInt64(count + 1)) - 1) & ~((UInt64(1) << first) - 1)
}

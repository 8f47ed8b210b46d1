import SeededRandom
import Testing

@testable import RegularLanguages

/// A pattern as the oracle sees it, written apart from the library: by definition and slowly.
indirect enum Glob: Hashable {
  case scalar(Unicode.Scalar)
  case run
  case one
  case oneOf([Unicode.Scalar], isNegated: Bool)
  case alternatives([[Glob]])

  /// The notation of a sequence.
  static func source(_ sequence: [Glob]) -> String {
    sequence.map { part in
      switch part {
      case .scalar(let scalar): return #"\*?[]{},!"#.unicodeScalars.contains(scalar) ? "\\\(scalar)" : String(scalar)
      case .run: return "*"
      case .one: return "?"
      case .oneOf(let scalars, let isNegated):
        return "[" + (isNegated ? "!" : "") + scalars.map { String($0) }.joined() + "]"
      case .alternatives(let members): return "{" + members.map(source).joined(separator: ",") + "}"
      }
    }.joined()
  }

  /// What the notation of `sequence` means: its spaces collapsed and trimmed, and ` *` at its end expanded.
  static func meaning(_ sequence: [Glob], isWhole: Bool = true) -> [Glob] {
    var result: [Glob] = []
    for part in sequence {
      switch part {
      case .scalar(" ") where result.last == .scalar(" ") || (isWhole && result.isEmpty): continue
      case .run where result.last == .run: continue
      case .alternatives(let members):
        result.append(.alternatives(members.map { meaning($0, isWhole: false) }))
      default: result.append(part)
      }
    }
    guard isWhole else { return result }
    if result.last == .scalar(" ") { result.removeLast() }
    if result.suffix(2) == [.scalar(" "), .run] {
      result.removeLast(2)
      result.append(.alternatives([[], [.scalar(" "), .run]]))
    }
    return result
  }

  /// The places of `phrase`, one bit each, where a match of `sequence` that begins at one of `starts` can end.
  static func ends(_ sequence: [Glob], _ phrase: [Unicode.Scalar], _ starts: UInt64) -> UInt64 {
    var places = starts
    for part in sequence {
      var next: UInt64 = 0
      switch part {
      case .run:
        for place in 0...phrase.count where places & (1 << UInt64(place)) != 0 {
          for end in place...phrase.count { next |= 1 << UInt64(end) }
        }
      case .alternatives(let members):
        for member in members { next |= ends(member, phrase, places) }
      case .scalar, .one, .oneOf:
        for place in phrase.indices where places & (1 << UInt64(place)) != 0 {
          let isMatch: Bool
          switch part {
          case .scalar(let scalar): isMatch = phrase[place] == scalar
          case .oneOf(let scalars, let isNegated):
            isMatch =
              isNegated ? phrase[place] != " " && !scalars.contains(phrase[place]) : scalars.contains(phrase[place])
          default: isMatch = phrase[place] != " "
          }
          if isMatch { next |= 1 << UInt64(place + 1) }
        }
      }
      places = next
    }
    return places
  }

  /// Whether the pattern with this meaning matches `phrase`, which is normalised and shorter than 64 scalars.
  static func matches(_ meaning: [Glob], _ phrase: [Unicode.Scalar]) -> Bool {
    ends(meaning, phrase, 1) & (1 << UInt64(phrase.count)) != 0
  }
}

/// All normalised phrases over `letters` and the space, up to a length.
func phrases(_ letters: [Unicode.Scalar], upTo length: Int) -> [[Unicode.Scalar]] {
  var all: [[Unicode.Scalar]] = [[]]
  var last = all
  for _ in 0..<length {
    last = last.flatMap { phrase in
      letters.map { phrase + [$0] } + (phrase.isEmpty || phrase.last == " " ? [] : [phrase + [" "]])
    }
    all += last
  }
  return all.filter { $0.last != " " }
}

/// A set of small numbers.
struct Bits: Equatable {
  var words: [UInt64]

  init(_ flags: [Bool]) {
    words = [UInt64](repeating: 0, count: (flags.count + 63) / 64)
    for (index, flag) in flags.enumerated() where flag { words[index / 64] |= 1 << UInt64(index % 64) }
  }

  func intersects(_ other: Bits) -> Bool { zip(words, other.words).contains { $0 & $1 != 0 } }
  func isSubset(of other: Bits) -> Bool { zip(words, other.words).allSatisfy { $0 & ~$1 == 0 } }
  func union(_ other: Bits) -> Bits {
    var result = self
    for index in words.indices { result.words[index] |= other.words[index] }
    return result
  }
}

extension SplitMix64 {
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// A random sequence of about `size` parts over a, b and the space.
  mutating func glob(size: Int, depth: Int = 0) -> [Glob] {
    (0..<(1 + below(size))).map { _ in
      switch below(depth < 2 ? 14 : 12) {
      case 0..<3: return .scalar("a")
      case 3..<5: return .scalar("b")
      case 5..<7: return .scalar(" ")
      case 7..<9: return .run
      case 9: return .one
      case 10: return .oneOf(below(3) == 0 ? ["a", " "] : ["a", "b"], isNegated: below(4) == 0)
      case 11: return .oneOf(["a"], isNegated: true)
      default:
        return .alternatives(
          (0..<(1 + below(3))).map { _ in below(6) == 0 ? [] : glob(size: max(size / 2, 1), depth: depth + 1) })
      }
    }
  }
}

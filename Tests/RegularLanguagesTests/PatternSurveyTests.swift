import Foundation
import SeededRandom
import Testing

@testable import RegularLanguages

/// How many random lists are compared; `MASQUES_RANDOM_LISTS=200000` for a thorough run.
private let randomCount = ProcessInfo.processInfo.environment["MASQUES_RANDOM_LISTS"].flatMap(Int.init) ?? 1_500

/// Makes patterns like those that people write, from so few words that many have to do with each other.
private struct Writer {
  var random: SplitMix64

  private static let words = ["fix", "fi", "the", "api", "a", "fixing", "b"]
  private static let oddities = [
    "\\*", "é", "e\u{301}", "[!a]", "[a-c]", "{,a}", "{ a,b}", "\"", "  ", "\t", "{a,{b,fix}}", "K", "**", "\u{A0}",
    ",",
    "]", "x!", "\\ ", "[ a]", "?",
  ]

  mutating func pick<T>(_ choices: [T]) -> T { choices[Int(random.next() % UInt64(choices.count))] }

  mutating func part() -> String {
    switch random.next() % 24 {
    case 0..<12: pick(Self.words)
    case 12..<15: "{\(pick(Self.words)),\(pick(Self.words))}"
    case 15: "{\(pick(Self.words)) \(pick(Self.words)),\(pick(Self.words))}"
    case 16..<19: "*"
    case 19: "[ab]"
    case 20: pick(Self.words).uppercased()
    case 21: "\(pick(Self.words))*"
    default: pick(Self.oddities)
    }
  }

  mutating func pattern() -> IntentPattern? {
    let count = 1 + random.next() % 3
    var text = (0..<count).map { _ in part() }.joined(separator: random.next() % 8 == 0 ? "" : " ")
    if random.next() % 2 == 0 { text += " *" }
    return try? IntentPattern(text)
  }

  mutating func list(_ most: UInt64) -> [IntentPattern] {
    (0..<(random.next() % (most + 1))).compactMap { _ in pattern() }
  }
}

private func evidentlySound(_ allowed: [IntentPattern], _ denied: [IntentPattern]) -> Bool {
  PatternSurvey(of: allowed + denied, allowedCount: allowed.count).isEvidentlySound()
}

@Suite struct PatternSurveyTests {
  /// Parting the patterns into groups changes nothing, and what is evidently sound has no finding.
  @Test(arguments: 0..<4)
  func groupsChangeNothing(_ seed: Int) throws {
    var writer = Writer(random: SplitMix64(seed: UInt64(seed)))
    var sound = 0
    var parted = 0
    for _ in 0..<(randomCount / 4) {
      let allowed = writer.list(4)
      let denied = writer.list(4)
      let whole = IntentAnalysis(allowed: allowed, denied: denied)
      let linked = try LinkedPatterns(allowed + denied)
      var analyzer = IntentAnalyzer(linked, allowedCount: allowed.count, budget: DecisionBudget())
      let part = analyzer.analyze()
      let text = "allowed \(allowed.map(\.source)), denied \(denied.map(\.source))"
      #expect(whole.dead == part.dead, "\(text)")
      #expect(whole.overlaps == part.overlaps, "\(text)")
      #expect(whole.exceptions == part.exceptions, "\(text)")
      #expect(whole.redundantAllowed == part.redundantAllowed, "\(text)")
      #expect(whole.redundantDenied == part.redundantDenied, "\(text)")
      #expect(whole.duplicates == part.duplicates, "\(text)")
      #expect(whole.isCatchAll == part.isCatchAll, "\(text)")
      #expect(whole.unmatchable == part.unmatchable, "\(text)")
      #expect(Set(denied.indices).subtracting(part.needed).sorted() == whole.unneededDenials, "\(text)")
      let groups = PatternSurvey(of: allowed + denied, allowedCount: allowed.count).findings().groups
      if let groups {
        if groups.count > 1 { parted += 1 }
        #expect(groups.flatMap(\.patterns).sorted() == Array(0..<(allowed.count + denied.count)))
      }
      guard evidentlySound(allowed, denied) else { continue }
      sound += 1
      let isSilent =
        whole.dead.isEmpty && whole.overlaps.isEmpty && whole.redundantAllowed.isEmpty && whole.redundantDenied.isEmpty
        && whole.duplicates.isEmpty && whole.isCatchAll == .no && whole.unmatchable.isEmpty && whole.nearMisses.isEmpty
        && whole.undecided.isEmpty && (allowed.isEmpty || whole.isEmpty == .no)
        && !(allowed + denied).contains { $0.source.contains("**") }
      #expect(isSilent, "\(text)")
    }
    #expect(sound > randomCount / 40 && parted > randomCount / 20, "\(sound) sound, \(parted) parted")
  }

  /// What the survey is for: lists that people write.
  @Test(arguments: [
    (["implement *", "test *"], ["delete production *"]),
    (
      ["{implement,build} *", "fix *"],
      ["{implement,build} *without tests*", "fix *by {deleting,skipping} *", "rush *"]
    ),
    (["summari[sz]e *", "draw out *"], ["summari[sz]e my own *", "vote *"]),
    (["roll out *", "roll back *"], ["roll out * to {everyone,everybody} at once*"]),
  ])
  func wellMeantListsAreEvident(_ allowed: [String], _ denied: [String]) throws {
    // A class ends what a phrase begins with for certain.
    let isPlain = !allowed.contains { $0.contains("[") }
    #expect(try evidentlySound(allowed.map { try IntentPattern($0) }, denied.map { try IntentPattern($0) }) == isPlain)
  }

  @Test(arguments: [
    (["fix *"], ["*production*"]), (["fix *"], ["fix*"]), (["fix *", "Fix *"], []), (["*"], []), (["fix **"], []),
    (["'fix *'"], []), (["{fix, mend} *"], []), (["fix *"], ["{fix,mend} *fast*"]), (["deploy it *"], ["deploy *"]),
  ])
  func othersAreNot(_ allowed: [String], _ denied: [String]) throws {
    #expect(try !evidentlySound(allowed.map { try IntentPattern($0) }, denied.map { try IntentPattern($0) }))
  }
}

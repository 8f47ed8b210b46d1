import Foundation
import MasqueAnalysis
import MasqueModel
import SourceText
import Testing

/// The examples of a rule's documentation, made whole by the keys that every masque needs.
@Suite struct RuleTests {
  static let descriptions = ruleDescriptions()

  @Test(arguments: descriptions.map(\.code))
  func badExampleIsFound(_ code: String) throws {
    let description = try #require(Self.descriptions.first { $0.code == code })
    let found = Self.findings(description.bad)
    #expect(!found.isEmpty)
    #expect(Set(found.map(\.code)) == [code], "\(found.map(\.message))")
    #expect(found.allSatisfy { $0.severity >= description.severity })
  }

  @Test(arguments: descriptions.map(\.code))
  func goodExampleIsSilent(_ code: String) throws {
    let description = try #require(Self.descriptions.first { $0.code == code })
    let found = Self.findings(description.good)
    #expect(found.isEmpty, "\(found.map { "\($0.code): \($0.message)" })")
  }

  @Test(arguments: descriptions.map(\.code))
  func documentationIsWhole(_ code: String) throws {
    let description = try #require(Self.descriptions.first { $0.code == code })
    #expect(description.summary.hasSuffix("."))
    #expect(description.reason.count > 60 && description.reason.hasSuffix("."))
    // A safe fix turns the bad example into one that is silent.
    if description.fix == .safe {
      let fixed = fixedSafely(Self.whole(description.bad))
      let left = MasqueAnalysis.findings(in: Snapshot(path: "tester.masque.yaml", text: fixed))
      #expect(left.isEmpty, "\(fixed[ByteRange(0, fixed.count)]) \(left.map(\.message))")
    }
  }

  @Test func codesAreUniqueAndKebab() {
    let codes = Self.descriptions.map(\.code)
    #expect(Set(codes).count == codes.count)
    #expect(codes.allSatisfy { $0.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil })
  }

  static func findings(_ example: String) -> [Finding] {
    MasqueAnalysis.findings(in: Snapshot(path: "tester.masque.yaml", text: whole(example)))
  }

  static func whole(_ example: String) -> SourceText {
    let base: [(String, String)] = [
      ("name", "name: Tester"), ("index", "index: 7"), ("version", "version: \"1.0.0\""), ("ring", "ring: player"),
      ("intent", "intent:\n  allowed:\n    - \"test *\""), ("lens", "lens: Look twice."),
    ]
    let present = Set(example.split(separator: "\n").compactMap { $0.split(separator: ":").first.map(String.init) })
    let missing = base.filter { !present.contains($0.0) }.map(\.1)
    return SourceText((missing + [example]).joined(separator: "\n") + "\n")
  }
}

@Suite struct SpellingTests {
  @Test(
    arguments: [
      ("playr", "player"), ("Player", "player"), ("gest", "guest"), ("gust", "guest"), ("pleyar", "player"),
      ("nope", nil), ("p", nil), ("", nil), ("outsiders", "outsider"), ("adnim", "admin"), ("guets", "guest"),
    ] as [(String, String?)])
  func nearest(_ word: String, _ expected: String?) {
    #expect(nearestSpelling(of: word, among: ["admin", "player", "guest", "outsider"]) == expected)
  }

  @Test func aTieIsNoAnswer() {
    #expect(nearestSpelling(of: "cat", among: ["car", "can"]) == nil)
    #expect(editDistance("kitten", "sitting", limit: 3) == 3)
    #expect(editDistance("kitten", "sitting", limit: 2) == nil)
    #expect(editDistance("ab", "ba", limit: 2) == 1)
  }
}

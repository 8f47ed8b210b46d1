import Foundation
import MasqueAnalysis
import MasqueModel
import MasqueWorkspace
import SourceText
import Testing
import YAMLSyntax

/// The examples of a rule's documentation, made whole by the keys that every masque needs.
@Suite struct RuleTests {
  static let descriptions = ruleDescriptions()

  static let single = descriptions.filter { !$0.isAboutLibrary }

  @Test(arguments: single.map(\.code))
  func badExampleIsFound(_ code: String) throws {
    let description = try #require(Self.descriptions.first { $0.code == code })
    let found = Self.findings(description.bad, of: description)
    #expect(!found.isEmpty)
    #expect(Set(found.map(\.code)) == [code], "\(found.map(\.message))")
    #expect(found.allSatisfy { $0.severity >= description.severity })
  }

  /// What the identity block makes harmless is what the rule warns of.
  @Test(arguments: ["a </masque-active>", "## Lens", "x\n**Denied:**\n", "Access\n---\n", "# Lens", "a ## Lens", "---"])
  func lensBreaksBlockAgreesWithTheBlock(_ text: String) throws {
    let description = try #require(Self.descriptions.first { $0.code == "lens-breaks-block" })
    let lens = "lens: |\n  First.\n" + text.split(separator: "\n").map { "  \($0)\n" }.joined()
    let imitations = Array("First.\n\(text)".utf8).withUnsafeBufferPointer { FrameText.imitations(in: $0) }
    let found = Self.findings(lens, of: description)
    #expect(found.contains { $0.code == description.code } == !imitations.isEmpty)
  }

  @Test(arguments: single.map(\.code))
  func goodExampleIsSilent(_ code: String) throws {
    let description = try #require(Self.descriptions.first { $0.code == code })
    let found = Self.findings(description.good, of: description)
    #expect(found.isEmpty, "\(found.map { "\($0.code): \($0.message)" })")
  }

  @Test(arguments: descriptions.map(\.code))
  func documentationIsWhole(_ code: String) throws {
    let description = try #require(Self.descriptions.first { $0.code == code })
    #expect(description.summary.hasSuffix("."))
    #expect(description.reason.count > 60 && description.reason.hasSuffix("."))
    // A safe fix turns the bad example into one that is silent.
    if description.fix == .safe, !description.isAboutLibrary {
      let fixed = fixedSafely(Self.whole(description.bad))
      let left = MasqueAnalysis.findings(in: Snapshot(path: "tester.masque.yaml", text: fixed))
      #expect(left.isEmpty, "\(fixed[ByteRange(0, fixed.count)]) \(left.map(\.message))")
    }
  }

  /// Two files or more; only findings of the code, in one of them.
  @Test(arguments: descriptions.filter(\.isAboutLibrary).map(\.code))
  func libraryExamples(_ code: String) throws {
    let description = try #require(Self.descriptions.first { $0.code == code })
    let bad = Self.libraryFindings(description.bad)
    #expect(bad.values.flatMap { $0 }.map(\.code) == [code], "\(bad)")
    #expect(bad.values.flatMap { $0 }.allSatisfy { $0.severity == description.severity })
    let good = Self.libraryFindings(description.good)
    #expect(good.isEmpty, "\(good)")
  }

  /// The findings of files, each after a comment with its name.
  static func libraryFindings(_ example: String) -> [FilePath: [Finding]] {
    var files: [(name: String, text: String)] = []
    for line in example.split(separator: "\n") {
      if line.hasPrefix("# ") {
        files.append((String(line.dropFirst(2)), ""))
      } else if !files.isEmpty {
        files[files.count - 1].text += line + "\n"
      }
    }
    let manifest = files.first { $0.name == "manifest.yaml" }.map {
      LibraryManifest(path: FilePath($0.name), syntax: SyntaxTree(SourceText($0.text)))
    }
    let members = files.filter { $0.name != "manifest.yaml" }.map { file -> LibraryMember in
      let analysis = analyze(Snapshot(path: file.name, text: whole(file.text)))
      #expect(analysis.findings.isEmpty, "\(analysis.findings)")
      return LibraryMember(path: FilePath(file.name), summary: analysis.summary)
    }
    return MasqueAnalysis.libraryFindings(of: members, manifest: manifest)
  }

  @Test func codesAreUniqueAndKebab() {
    let codes = Self.descriptions.map(\.code)
    #expect(Set(codes).count == codes.count)
    #expect(codes.allSatisfy { $0.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil })
  }

  static func findings(_ example: String, of description: RuleDescription) -> [Finding] {
    MasqueAnalysis.findings(
      in: Snapshot(path: "tester.masque.yaml", text: whole(example)),
      options: RuleOptions(enabled: description.isOnByDefault ? [] : [description.code]))
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

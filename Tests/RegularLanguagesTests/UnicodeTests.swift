import Foundation
import RegularLanguages
import Testing

private let database = "/usr/share/unicode"
private let hasDatabase = FileManager.default.fileExists(atPath: database + "/UnicodeData.txt")
private let skipNote: Comment = "Debian's package unicode-data is not installed"

/// The data lines of a file of the Unicode Character Database, split at ';' and trimmed.
private func rows(_ name: String) throws -> [[String]] {
  try rows(Data(contentsOf: URL(fileURLWithPath: "\(database)/\(name)")))
}

private func rows(_ data: Data) -> [[String]] {
  Array(data).split(separator: UInt8(ascii: "\n")).compactMap { line in
    let content = line.prefix { $0 != UInt8(ascii: "#") }
    if content.isEmpty { return nil }
    return content.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { field in
      String(decoding: field, as: UTF8.self).trimmingCharacters(in: .whitespaces)
    }
  }
}

private func range(_ field: String) throws -> ClosedRange<UInt32> {
  let bounds = field.split(separator: ".").compactMap { UInt32($0, radix: 16) }
  return try #require(bounds.first)...(try #require(bounds.last))
}

private func scalars(_ field: String) -> [Unicode.Scalar] {
  field.split(separator: " ").compactMap { UInt32($0, radix: 16).flatMap(Unicode.Scalar.init) }
}

private func propertySet(_ name: String) throws -> ScalarSet {
  try #require(ScalarSet(unicodeProperty: name), "\(name)")
}

@Suite(.enabled(if: hasDatabase, skipNote))
struct UnicodeDatabaseTests {
  @Test func generalCategoriesAreThoseOfUnicodeData() throws {
    var expected: [String: [ClosedRange<UInt32>]] = [:]
    var first: UInt32?
    for fields in try rows("UnicodeData.txt") {
      let value = try #require(UInt32(fields[0], radix: 16))
      if fields[1].hasSuffix("First>") {
        first = value
        continue
      }
      expected[fields[2], default: []].append((first ?? value)...value)
      first = nil
    }
    #expect(expected.count == 29)
    for (name, ranges) in expected {
      let set = ScalarSet(ranges)
      #expect(try propertySet(name) == set, "\(name)")
      #expect(try propertySet("gc=" + name) == set, "\(name)")
    }
    let assigned = ScalarSet(expected.values.flatMap { $0 })
    #expect(try propertySet("Assigned") == assigned)
    #expect(try propertySet("Cn") == assigned.complement)
    #expect(try propertySet("L") == ScalarSet(["Lu", "Ll", "Lt", "Lm", "Lo"].flatMap { expected[$0] ?? [] }))
    #expect(try propertySet("Letter") == propertySet("L"))
    #expect(try propertySet("LC") == ScalarSet(["Lu", "Ll", "Lt"].flatMap { expected[$0] ?? [] }))
    #expect(try propertySet("punct") == propertySet("P"))
    #expect(generalCategory(of: "A") == .uppercaseLetter)
    #expect(generalCategory(of: "\u{10FFFF}") == .unassigned)
    for value in UInt32(0)..<0x3_0000 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let isLetter = [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter]
        .contains(generalCategory(of: scalar))
      if isLetter != letters.contains(scalar) {
        Issue.record("U+\(String(value, radix: 16))")
        break
      }
    }
  }

  private let letters = ScalarSet(unicodeProperty: "L") ?? .empty

  @Test(arguments: [
    ("PropList.txt", ["White_Space", "Dash", "Hex_Digit", "Pattern_Syntax", "Noncharacter_Code_Point"]),
    ("DerivedCoreProperties.txt", ["Alphabetic", "Lowercase", "Uppercase", "ID_Start", "ID_Continue", "Math"]),
    ("emoji/emoji-data.txt", ["Emoji", "Extended_Pictographic"]),
    ("Scripts.txt", ["Greek", "Latin", "Common", "Han"]),
  ])
  func propertiesAreThoseOfTheDatabase(_ file: String, _ names: [String]) throws {
    let all = try rows(file)
    for name in names {
      let expected = ScalarSet(try all.filter { $0[1] == name }.map { try range($0[0]) })
      #expect(!expected.isEmpty)
      #expect(try propertySet(file == "Scripts.txt" ? "sc=" + name : name) == expected, "\(name)")
    }
  }

  @Test func scriptExtensionsReplaceTheScript() throws {
    let script = try propertySet("Script=Devanagari")
    let extended = try propertySet("Script_Extensions=Deva")
    #expect(extended.contains("\u{964}") && !script.contains("\u{964}"))  // danda: shared, Common by script
    #expect(try propertySet("scx=Deva") == extended)
    #expect(try propertySet("scx=Zyyy").contains("\u{964}") == false)
    #expect(try propertySet("sc=Zzzz").contains("\u{378}"))
  }

  @Test func whiteSpaceIsTheProperty() throws {
    let set = try propertySet("White_Space")
    for value in UInt32(0)...0xFFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      #expect(isWhiteSpace(scalar) == set.contains(scalar), "U+\(String(value, radix: 16))")
    }
  }

  @Test func simpleCaseFoldingIsThatOfTheDatabase() throws {
    var expected: [UInt32: UInt32] = [:]
    for fields in try rows("CaseFolding.txt") where fields[1] == "C" || fields[1] == "S" {
      expected[try #require(UInt32(fields[0], radix: 16))] = UInt32(fields[2], radix: 16)
    }
    #expect(expected.count > 1_400)
    for value in UInt32(0)...0x10_FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let folded = simpleCaseFold(scalar).value
      if folded != expected[value] ?? value { Issue.record("U+\(String(value, radix: 16)) → \(folded)") }
    }
    for set in [ScalarSet.all, ScalarSet(0x41...0x43), ScalarSet(0x130...0x24F), try propertySet("Lu")] {
      let image = ScalarSet(
        set.ranges.flatMap { range in range.map { (expected[$0] ?? $0)...(expected[$0] ?? $0) } })
      #expect(set.simpleCaseFolded == image)
    }
  }

  @Test func combiningClassesAreThoseOfUnicodeData() throws {
    for fields in try rows("UnicodeData.txt") where !fields[1].hasPrefix("<") {
      guard let scalar = scalars(fields[0]).first else { continue }
      if String(canonicalCombiningClass(of: scalar)) != fields[3] { Issue.record("\(fields[0])") }
    }
  }

  /// Every line of the conformance test, and every scalar that it does not list, as its rules demand.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bzcat"), "bzip2 is not installed"))
  func normalizationConforms() throws {
    let bunzip = Process()
    bunzip.executableURL = URL(fileURLWithPath: "/bin/bzcat")
    bunzip.arguments = [database + "/NormalizationTest.txt.bz2"]
    let pipe = Pipe()
    bunzip.standardOutput = pipe
    try bunzip.run()
    let lines = rows(try #require(try pipe.fileHandleForReading.readToEnd()))
    bunzip.waitUntilExit()
    #expect(lines.count > 18_000)
    var listed: Set<Unicode.Scalar> = []
    var isPart1 = false
    for columns in lines {
      if columns[0].hasPrefix("@") {
        isPart1 = columns[0] == "@Part1"
        continue
      }
      let source = scalars(columns[0])
      let composed = scalars(columns[1])
      let decomposed = scalars(columns[2])
      if isPart1, let only = source.first { listed.insert(only) }
      if nfc(source) != composed || nfc(composed) != composed || nfc(decomposed) != composed {
        Issue.record("NFC of \(columns[0])")
      }
      if isNFC(source) != (source == composed) { Issue.record("isNFC of \(columns[0])") }
      let compatible = scalars(columns[3])
      if nfc(compatible) != compatible || nfc(scalars(columns[4])) != compatible {
        Issue.record("NFC of \(columns[3])")
      }
    }
    for value in UInt32(0)...0x10_FFFF {
      guard let scalar = Unicode.Scalar(value), !listed.contains(scalar) else { continue }
      if nfc([scalar]) != [scalar] { Issue.record("U+\(String(value, radix: 16)) should stay") }
    }
  }

  /// The generated tables are what the generator makes of this database now.
  @Test func tablesAreFresh() throws {
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("masque-dev")
    try #require(FileManager.default.isExecutableFile(atPath: program.path), "masque-dev is built with the tests")
    let check = Process()
    check.executableURL = program
    check.arguments = ["unicode-tables", "--check"]
    check.currentDirectoryURL = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    try check.run()
    check.waitUntilExit()
    #expect(check.terminationStatus == 0, "run `swift run masque-dev unicode-tables`")
  }
}

@Test func unknownPropertiesAreRefused() {
  for name in [
    "", "Klingon", "lu", "Script", "Script=", "Script=Klingon", "gc=Greek", "L=Lu", "sc", "Other_Alphabetic",
  ] {
    #expect(ScalarSet(unicodeProperty: name) == nil, "\(name)")
  }
}

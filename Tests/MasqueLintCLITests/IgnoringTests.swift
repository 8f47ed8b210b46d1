import Foundation
import MasqueLintCLI
import MasqueWorkspace
import SeededRandom
import SystemIO
import Testing

@Suite("Ignored files")
struct IgnoringTests {
  /// What a search of the current folder finds, of files that are all masques.
  private func found(_ texts: [String: String], _ paths: [String] = ["."]) -> [String] {
    let files = MemoryFiles(texts: texts)
    return discoverMasques(paths.map { FilePath($0) }, in: files).files.map(\.description)
  }

  @Test(
    "A line leaves out what git says it does",
    arguments: [
      ("a.masque.yaml", ["b.masque.yaml", "x/b.masque.yaml"]),
      ("/a.masque.yaml", ["b.masque.yaml", "x/a.masque.yaml", "x/b.masque.yaml"]),
      ("x/", ["a.masque.yaml", "b.masque.yaml"]), ("x", ["a.masque.yaml", "b.masque.yaml"]),
      ("a.masque.yaml/", ["a.masque.yaml", "b.masque.yaml", "x/a.masque.yaml", "x/b.masque.yaml"]),
      ("*.yaml\n!b.*", ["b.masque.yaml", "x/b.masque.yaml"]),
      ("x/\n!x/a.masque.yaml", ["a.masque.yaml", "b.masque.yaml"]),
      ("x/*\n!x/a.masque.yaml", ["a.masque.yaml", "b.masque.yaml", "x/a.masque.yaml"]),
      ("**/a.masque.yaml", ["b.masque.yaml", "x/b.masque.yaml"]), ("x/**", ["a.masque.yaml", "b.masque.yaml"]),
      ("[ab].masque.yaml\r\n!/[!b]*.yaml", ["a.masque.yaml"]),
      ("# a*\n\\#\n  \n", ["a.masque.yaml", "b.masque.yaml", "x/a.masque.yaml", "x/b.masque.yaml"]),
      ("?.masque.yaml   ", []), ("\u{FEFF}a*", ["b.masque.yaml", "x/b.masque.yaml"]),
    ])
  func lines(_ ignore: String, _ expected: [String]) {
    let names = ["a.masque.yaml", "b.masque.yaml", "x/a.masque.yaml", "x/b.masque.yaml"]
    var texts = Dictionary(uniqueKeysWithValues: names.map { ($0, "") })
    texts[".gitignore"] = ignore
    texts[".git/HEAD"] = ""
    #expect(found(texts) == expected)
  }

  @Test("What is named is checked wherever it lies")
  func named() {
    let texts = [
      ".git/HEAD": "", ".gitignore": "build/\n*.tmp.masque.yaml\n", "build/a.masque.yaml": "",
      "build/x/b.masque.yaml": "",
      "c.masque.yaml": "", "d.tmp.masque.yaml": "", "build/.gitignore": "x/\n",
    ]
    #expect(found(texts) == ["c.masque.yaml"])
    #expect(found(texts, ["build"]) == ["build/a.masque.yaml"], "its own .gitignore holds")
    #expect(found(texts, ["build/x"]) == ["build/x/b.masque.yaml"])
    #expect(found(texts, ["d.tmp.masque.yaml"]) == ["d.tmp.masque.yaml"])
    #expect(found(texts, ["**/*.yaml"]) == ["c.masque.yaml"], "a glob searches")
    #expect(found(texts, ["build/*.yaml"]) == ["build/a.masque.yaml"], "its plain beginning is named")
  }

  @Test("Ignored folders do not come between a masque and what lies above the current folder")
  func outerRules() {
    let texts = [
      "/repo/.git/info/exclude": "secret*\n", "/repo/.gitignore": "*.old.masque.yaml\n", "/repo/x/a.masque.yaml": "",
      "/repo/x/b.old.masque.yaml": "", "/repo/x/secret.masque.yaml": "", "/.gitignore": "*\n",
    ]
    #expect(found(texts, ["/repo/x"]) == ["/repo/x/a.masque.yaml"])
  }

  @Test("A linked work tree has the exclusions of its repository")
  func workTree() {
    let texts = [
      "tree/.git": "gitdir: /repo/.git/worktrees/tree\n", "/repo/.git/worktrees/tree/commondir": "../..\n",
      "/repo/.git/info/exclude": "b*\n", "tree/a.masque.yaml": "", "tree/b.masque.yaml": "",
    ]
    #expect(found(texts, ["tree"]) == ["tree/a.masque.yaml"])
  }

  /// Patterns over few letters, so that they meet the names; every seed is a tree of its own.
  @Test("The verdict is git's", arguments: 0..<12)
  func sameAsGit(_ seed: Int) throws {
    guard
      let git = ["/usr/bin/git", "/usr/local/bin/git", "/opt/homebrew/bin/git"].first(where: {
        FileManager.default.isExecutableFile(atPath: $0)
      })
    else {
      // Nothing to compare with.
      return
    }
    var random = Dice(seed: UInt64(seed))
    try withTemporaryFolder { folder in
      let names = ["a", "b", "ab", "a.b", "b a", "[a]", "#a", "!b"]
      let pieces = [
        "a", "b", "*", "**", "?", "[ab]", "[!a]", "[[:alpha:]]", "\\a", ".", "a*", "*b", "\\#a", "\\!b", "[a", "[a-b]x",
        "b a",
      ]
      func name() -> String {
        let piece = pieces[random.below(pieces.count)]
        return random.chance(3) ? piece + pieces[random.below(pieces.count)] : piece
      }
      func pattern() -> String {
        var text = random.chance(4) ? "!" : ""
        if random.chance(3) { text += "/" }
        let names = (0...random.below(3)).map { _ in name() }
        text += names.joined(separator: "/")
        if random.chance(4) { text += "/" }
        if random.chance(8) { text += "  " }
        return text
      }
      var paths: [String] = []
      func fill(_ place: String, _ depth: Int) throws {
        for name in names where random.chance(2) {
          let path = place.isEmpty ? name : "\(place)/\(name)"
          if depth < 2, random.chance(2) {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(path)", withIntermediateDirectories: true)
            try fill(path, depth + 1)
          } else {
            try write("", to: "\(folder)/\(path).masque.yaml")
            paths.append("\(path).masque.yaml")
          }
        }
        if depth == 0 || random.chance(3) {
          let lines = (0..<(1 + random.below(4))).map { _ in pattern() }
          // The names end in `.masque.yaml`; folders do not.
          let extended = lines.map { line -> String in
            let end = random.chance(2) ? ".masque.yaml" : "*"
            return random.chance(2) ? line : line + end
          }
          try write(
            extended.joined(separator: "\n") + "\n", to: "\(folder)/\(place.isEmpty ? "" : place + "/").gitignore")
        }
      }
      try fill("", 0)
      #expect(try shell(git, ["init", "--quiet", folder]).status == 0)
      let input = paths.joined(separator: "\0")
      let ignored = try shell(
        git, ["-c", "core.excludesFile=", "-C", folder, "check-ignore", "--no-index", "-z", "--stdin"], input: input)
      let expected = Set(paths).subtracting(ignored.output.split(separator: "\0").map(String.init))
      let result = discoverMasques([FilePath(folder)], in: SystemFiles()).files.compactMap {
        $0.relative(to: FilePath(folder))?.description
      }
      let rules = try shell("/bin/sh", ["-c", "cd \(folder); head -n 50 $(find . -name .gitignore)"]).output
      #expect(Set(result) == expected, "\(rules)")
    }
  }
}

/// Throws of dice that are the same on every machine.
struct Dice {
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed &* 0x9E37_79B9_7F4A_7C15) }

  mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }

  /// True once in `n` times.
  mutating func chance(_ n: Int) -> Bool { below(n) == 0 }
}

/// Runs a program.
func shell(_ program: String, _ arguments: [String], input: String = "") throws -> (status: Int32, output: String) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  let output = Pipe()
  let source = Pipe()
  process.standardOutput = output
  process.standardInput = source
  try process.run()
  source.fileHandleForWriting.write(Data(input.utf8))
  try source.fileHandleForWriting.close()
  let data = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: data, as: UTF8.self))
}

import Foundation
import Testing

/// What each room may import, beside the standard library: the arrows of docs/architecture.md. A target that is not
/// listed, and an import that is not, fails; SwiftPM itself lets through what another target depends on.
private let arrows: [String: Set<String>] = [
  "SourceText": [],
  "DocumentTree": ["SourceText"],
  "RegularLanguages": [],
  "YAMLSyntax": ["CLibYAML", "DocumentTree", "SourceText"],
  "JSON": ["CJansson", "DocumentTree", "SourceText"],
  // Dispatch for the semaphore on which a server's loop waits for messages.
  "JSONRPC": ["Dispatch", "JSON"],
  "JSONSchema": ["DocumentTree", "RegularLanguages", "SourceText"],
  "LanguageServerProtocol": ["JSON", "JSONRPC"],
  "MasqueModel": ["DocumentTree", "JSONSchema", "RegularLanguages", "SourceText", "YAMLSyntax"],
  "MasqueWorkspace": ["DocumentTree", "JSON", "JSONSchema", "MasqueModel", "SourceText", "YAMLSyntax"],
  "MasqueAnalysis": [
    "DocumentTree", "JSONSchema", "MasqueModel", "MasqueWorkspace", "RegularLanguages", "SourceText", "YAMLSyntax",
  ],
  "MasqueCommands": [
    "DocumentTree", "JSON", "JSONSchema", "MasqueModel", "MasqueWorkspace", "RegularLanguages", "SourceText",
    "YAMLSyntax",
  ],
  "MasqueRuntime": [
    "DocumentTree", "JSON", "MasqueCommands", "MasqueModel", "MasqueWorkspace", "RegularLanguages", "SourceText",
    "YAMLSyntax",
  ],
  // Dispatch for the deadlines of TigerBeetle's client.
  "MasqueLedger": [
    "Dispatch", "GRDB", "GRDBSQLite", "JSON", "MasqueCommands", "MasqueModel", "MasqueRuntime", "MasqueWorkspace",
  ],
  "MasqueJudge": [
    "DocumentTree", "JSON", "JSONSchema", "MasqueCommands", "MasqueModel", "MasqueRuntime", "MasqueWorkspace",
    "RegularLanguages", "SourceText", "YAMLSyntax",
  ],
  "MasqueCLI": [
    "ArgumentParser", "JSON", "MasqueCommands", "MasqueJudge", "MasqueMCP", "MasqueModel", "MasqueRuntime",
    "MasqueWorkspace", "TerminalOutput", "YAMLSyntax",
  ],
  // Dispatch for the threads that read and that run commands.
  "MasqueMCP": ["Dispatch", "JSON", "JSONRPC", "MasqueCommands", "MasqueModel", "MasqueWorkspace"],
  "SystemIO": ["CSpawn", "MasqueWorkspace"],
  "MasqueServer": [
    "JSON", "JSONRPC", "LanguageServerProtocol", "MasqueAnalysis", "MasqueCommands", "MasqueModel",
    "MasqueWorkspace", "SourceText",
  ],
  "MasqueLintCLI": [
    "ArgumentParser", "JSON", "JSONSchema", "MasqueAnalysis", "MasqueCommands", "MasqueModel", "MasqueWorkspace",
    "SourceText", "TerminalOutput", "YAMLSyntax",
  ],
  "TerminalOutput": ["ArgumentParser", "MasqueCommands", "MasqueWorkspace", "SourceText"],
  "Gzip": ["CZlib"],
  "MasqueAnalytics": ["Gzip", "JSON", "MasqueModel", "MasqueWorkspace"],
  // Dispatch for a queue: one thread writes. Nothing else knows the web server.
  "MasqueAudience": [
    "ArgumentParser", "Dispatch", "Gzip", "JSON", "MasqueAnalytics", "MasqueModel", "MasqueWorkspace", "NIOCore",
    "NIOHTTP1", "NIOPosix",
  ],
  "masque": ["MasqueCLI", "MasqueLedger", "MasqueModel", "MasqueRuntime", "MasqueWorkspace", "SystemIO"],
  "masque-audience": ["MasqueAudience", "SystemIO"],
  "masque-lint": ["MasqueLintCLI", "SystemIO"],
  "masque-lsp": ["MasqueModel", "MasqueServer", "SystemIO"],
  "masque-dev": [
    "DocumentTree", "Foundation", "JSON", "JSONSchema", "MasqueAnalysis", "MasqueCommands", "MasqueModel", "SourceText",
    "YAMLSyntax",
  ],
  "CLibYAML": [],
  "CJansson": [],
  "CZlib": [],
  "CSpawn": [],
]

/// Rooms that take bytes and give values: they neither read nor write anything.
private let pureRooms: Set = [
  "SourceText", "DocumentTree", "YAMLSyntax", "JSON", "JSONRPC", "JSONSchema", "LanguageServerProtocol",
  "RegularLanguages", "MasqueModel", "MasqueAnalysis",
]

/// Modules that come with the toolchain and are no layer.
private let standardLibrary: Set = ["Swift", "Synchronization"]
/// The C library: memory and strings everywhere, system calls only outside the pure rooms.
private let cLibraries: Set = ["Glibc", "Musl", "Darwin"]

/// Development programs read no document of anybody's.
private let developmentTargets: Set = ["masque-dev"]

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

@Suite("Layering")
struct LayeringTests {
  @Test("Every target of Sources has its arrows")
  func everyTargetIsListed() throws {
    let found = try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("Sources").path)
      .filter { !$0.hasPrefix(".") }
    #expect(Set(found) == Set(arrows.keys))
  }

  @Test("Nothing points up")
  func arrowsHaveNoCycle() {
    var settled: Set<String> = []
    var remaining = arrows.mapValues { $0.intersection(arrows.keys) }
    while !remaining.isEmpty {
      let free = remaining.filter { $0.value.isSubset(of: settled) }.map(\.key)
      guard !free.isEmpty else {
        Issue.record("these rooms import each other: \(remaining.keys.sorted())")
        return
      }
      for name in free { remaining[name] = nil }
      settled.formUnion(free)
    }
  }

  @Test("A room imports only what the table says", arguments: arrows.keys.sorted())
  func importsFollowTheArrows(_ target: String) throws {
    let allowed = (arrows[target] ?? []).union(standardLibrary).union(cLibraries)
    for file in try SourceFile.all(in: target) {
      for (number, module) in file.imports where !allowed.contains(module) {
        Issue.record("\(file.path):\(number): \(target) must not import \(module)")
      }
    }
  }

  @Test("Foundation stays out of the programs", arguments: arrows.keys.sorted())
  func noFoundation(_ target: String) throws {
    if developmentTargets.contains(target) { return }
    for file in try SourceFile.all(in: target) {
      for (number, module) in file.imports where module.hasPrefix("Foundation") {
        Issue.record("\(file.path):\(number): \(target) must not import \(module)")
      }
    }
  }

  @Test("Only the server imports both the analysis and the protocol")
  func onlyTheServerKnowsBoth() {
    let both = arrows.filter { $0.value.isSuperset(of: ["MasqueAnalysis", "LanguageServerProtocol"]) }.map(\.key)
    #expect(both == ["MasqueServer"])
  }

  @Test("Pure rooms do no I/O", arguments: pureRooms.sorted())
  func noInputAndOutput(_ target: String) throws {
    let calls = try NSRegularExpression(
      pattern: #"(?<![.\w])(openat|fopen|fread|fwrite|pread|pwrite|print|debugPrint|readLine|getenv|getcwd|fstat|"#
        + #"socket|popen|fork|execv\w*|posix_spawn|fputs|puts|printf|clock_gettime|gettimeofday)\("#)
    // Names that our own functions have, too: the system's are meant where the C library is imported and none is ours.
    let ambiguous = ["open", "read", "write", "stat", "system", "time", "connect"]
    for file in try SourceFile.all(in: target) {
      file.expectNone(of: calls, "does I/O in a room that must not")
      if file.imports.contains(where: { cLibraries.contains($0.module) }) {
        let foreign = ambiguous.filter { name in !file.code.contains { $0.contains("func \(name)(") } }
        let systemCalls = try NSRegularExpression(pattern: #"(?<![.\w])("# + foreign.joined(separator: "|") + #")\("#)
        file.expectNone(of: systemCalls, "does I/O in a room that must not")
      }
    }
  }
}

@Suite("Banned constructs")
struct BannedConstructTests {
  /// No document may end a process. swift-format's NeverForceUnwrap and NeverUseForceTry hold the rest.
  private static let banned: [(pattern: String, reason: String)] = [
    (#"\btry!"#, "traps on an error"),
    (#"\bas!"#, "traps on another type"),
    (#"\bfatalError\("#, "ends the process"),
    (#"\bprecondition(Failure)?\("#, "ends the process in release builds"),
    (#"\bunsafeBitCast\("#, "has no check at all"),
    (#"@unchecked\s+Sendable"#, "hides a data race from the compiler"),
    (#"nonisolated\(unsafe\)"#, "hides a data race from the compiler"),
    (#"\b(abort|exit)\("#, "ends the process"),
    (#"(TODO|FIXME)\b"#, "is unfinished"),
  ]

  /// Where a banned construct stands with a reason beside it.
  private static let exceptions: [(path: String, pattern: String)] = [
    // Read-only tables behind pointers: filled before anybody else can see them.
    ("Sources/JSONSchema/SchemaProgram.swift", #"@unchecked\s+Sendable"#)
  ]

  @Test("No trap in what a document reaches", arguments: arrows.keys.sorted())
  func noTraps(_ target: String) throws {
    if developmentTargets.contains(target) { return }
    for (pattern, reason) in Self.banned {
      let expression = try NSRegularExpression(pattern: pattern)
      let excepted = Self.exceptions.filter { $0.pattern == pattern }.map(\.path)
      for file in try SourceFile.all(in: target) where !excepted.contains(file.path) {
        file.expectNone(of: expression, reason)
      }
    }
  }

  @Test("swift-format forbids forced unwrapping, and nothing switches it off")
  func formatterForbidsForcing() throws {
    let data = try Data(contentsOf: root.appendingPathComponent(".swift-format"))
    let configuration = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let rules = try #require(configuration["rules"] as? [String: Bool])
    for rule in ["NeverForceUnwrap", "NeverUseForceTry", "NeverUseImplicitlyUnwrappedOptionals"] {
      #expect(rules[rule] == true, "\(rule)")
    }
    for target in arrows.keys.sorted() where !developmentTargets.contains(target) {
      for file in try SourceFile.all(in: target) where !file.isGenerated {
        for (number, line) in file.lines.enumerated() where line.contains("swift-format-ignore") {
          Issue.record("\(file.path):\(number + 1): the formatter is switched off in a file that people write")
        }
      }
    }
  }

  @Test("No file begins with boilerplate", arguments: arrows.keys.sorted())
  func noHeaders(_ target: String) throws {
    let boilerplate = ["Created by", "Copyright", "SPDX", "===-", ".swift", "All rights reserved"]
    for file in try SourceFile.all(in: target) where !file.isGenerated {
      let head = file.lines.prefix { $0.hasPrefix("//") || $0.hasPrefix("/*") }
      for line in head where boilerplate.contains(where: line.contains) {
        Issue.record("\(file.path) begins with `\(line)`: git and LICENSE know that")
      }
    }
  }
}

/// One Swift file of a target.
private struct SourceFile {
  /// The path from the root of the repository.
  var path: String
  var lines: [String]
  /// The lines without comments and without what is in quotes.
  var code: [String]

  var isGenerated: Bool { path.hasSuffix(".generated.swift") }

  static func all(in target: String) throws -> [SourceFile] {
    let folder = root.appendingPathComponent("Sources/\(target)")
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return try names.filter { $0.hasSuffix(".swift") }.sorted().map { name in
      let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      let lines = text.components(separatedBy: "\n")
      return SourceFile(path: "Sources/\(target)/\(name)", lines: lines, code: lines.map(codeOnly))
    }
  }

  /// The imported modules with their lines, from 1. `import struct A.B` imports from A.
  var imports: [(line: Int, module: String)] {
    code.enumerated().compactMap { number, line in
      var words = line.split(whereSeparator: { $0 == " " || $0 == "." })[...]
      while let word = words.first, word.hasPrefix("@") || accessLevels.contains(String(word)) { words.removeFirst() }
      guard words.popFirst() == "import" else { return nil }
      if let word = words.first, declarationKinds.contains(String(word)) { words.removeFirst() }
      return words.first.map { (number + 1, String($0)) }
    }
  }

  func expectNone(of expression: NSRegularExpression, _ reason: String) {
    if isGenerated { return }
    for (number, line) in code.enumerated() {
      let range = NSRange(line.startIndex..., in: line)
      guard let match = expression.firstMatch(in: line, range: range), let place = Range(match.range, in: line) else {
        continue
      }
      Issue.record("\(path):\(number + 1): `\(line[place])` \(reason)")
    }
  }
}

private let accessLevels: Set = ["public", "package", "internal", "fileprivate", "private", "open"]
private let declarationKinds: Set = ["struct", "class", "enum", "protocol", "func", "typealias", "var", "let"]

/// A line without its comment and without what is in quotes; good enough for one line at a time.
private func codeOnly(_ line: String) -> String {
  var result = ""
  var isInString = false
  var isEscaped = false
  var previous: Character = " "
  for character in line {
    if isInString {
      if isEscaped {
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        isInString = false
        result.append(character)
      }
    } else if character == "\"" {
      isInString = true
      result.append(character)
    } else if character == "/", previous == "/" {
      result.removeLast()
      // What is unfinished is said in comments.
      let comment = line.range(of: "//").map { String(line[$0.upperBound...]) } ?? ""
      let marks = ["TODO", "FIXME"].filter(comment.contains)
      return result + marks.joined(separator: " ")
    } else {
      result.append(character)
    }
    previous = character
  }
  return result
}

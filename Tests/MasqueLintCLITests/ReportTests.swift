import Foundation
import JSON
import MasqueLintCLI
import MasqueWorkspace
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Reports")
struct ReportTests {
  /// Names and texts that every format has to escape.
  private static let hostile = [
    "a & <b>\"'%, :.masque.yaml": "x: 1\nx: \"]]>&\u{7}\"\n", "ok.masque.yaml": "name: Ok\n",
    "wide/図 é.masque.yaml": "a: {\u{1F600}: 1, \u{1F600}: 2}\n",
  ]

  private func report(_ format: String, _ texts: [String: String] = hostile) -> Outcome {
    run(["--select=yaml", "--format", format], in: MemoryFiles(texts: texts))
  }

  @Test("SARIF has relative URIs, columns in scalars from 1, rules and fingerprints")
  func sarif() throws {
    let outcome = report("sarif")
    #expect(outcome.status == .findings)
    let log = try JSONValue(parsing: outcome.output)
    #expect(log["version"] == "2.1.0")
    let run = try #require(log["runs"]?[0])
    #expect(run["columnKind"] == "unicodeCodePoints")
    let results = try #require(run["results"]?.arrayValue)
    let rules = try #require(run["tool"]?["driver"]?["rules"]?.arrayValue)
    #expect(results.count >= 2)
    for result in results {
      let index = try #require(result["ruleIndex"]?.integerValue)
      #expect(rules[Int(index)]["id"] == result["ruleId"])
      #expect(result["partialFingerprints"]?["masqueLint/v1"]?.stringValue?.count == 32)
    }
    #expect(rules.allSatisfy { $0["help"]?["markdown"]?.stringValue?.isEmpty == false })
    let places = results.compactMap { $0["locations"]?[0]?["physicalLocation"] }
    #expect(places[0]["artifactLocation"]?["uri"] == "a%20%26%20%3Cb%3E%22%27%25%2C%20%3A.masque.yaml")
    let wide = try #require(places.last)
    #expect(wide["artifactLocation"] == ["uri": "wide/%E5%9B%B3%20%C3%A9.masque.yaml", "uriBaseId": "SRCROOT"])
    #expect(wide["region"] == ["startLine": 1, "startColumn": 11, "endLine": 1, "endColumn": 12])
    #expect(results.last?["relatedLocations"]?[0]?["physicalLocation"]?["region"]?["startColumn"] == 5)
  }

  @Test("A clean run and an unreadable file are SARIF, too")
  func sarifWithoutFindings() throws {
    let clean = try JSONValue(parsing: report("sarif", ["x.masque.yaml": "name: x\n"]).output)
    #expect(clean["runs"]?[0]?["results"] == [])
    #expect(clean["runs"]?[0]?["invocations"]?[0]?["executionSuccessful"] == true)
    let files = MemoryFiles(["x.masque.yaml": .failing("Permission denied")])
    let failed = try JSONValue(parsing: run(["--format=sarif"], in: files).output)
    let invocation = failed["runs"]?[0]?["invocations"]?[0]
    #expect(invocation?["executionSuccessful"] == false)
    #expect(invocation?["toolExecutionNotifications"]?[0]?["message"]?["text"] == "Permission denied")
  }

  @Test("Paths are seen from the repository's root, wherever the run starts")
  func projectPaths() throws {
    let files = MemoryFiles(
      ["/repo/.git/HEAD": .file([]), "/repo/sub/a.masque.yaml": .file(Array(tinyBrokenMasque.utf8))],
      currentFolder: "/repo/sub")
    let log = try JSONValue(parsing: run(["--select=yaml", "--format=sarif"], in: files).output)
    let uri = log["runs"]?[0]?["results"]?[0]?["locations"]?[0]?["physicalLocation"]?["artifactLocation"]?["uri"]
    #expect(uri == "sub/a.masque.yaml")
    #expect(
      run(["--select=yaml", "--format=github"], in: files).outputText.hasPrefix("::error file=sub/a.masque.yaml,"))
  }

  @Test("GitHub's commands are escaped")
  func github() {
    let lines = report("github").outputText.split(separator: "\n")
    #expect(lines[0].hasPrefix("::error file=a & <b>\"'%25%2C %3A.masque.yaml,line=2,col=1,endLine=2,endColumn=2,"))
    #expect(lines.allSatisfy { $0.hasPrefix("::") })
    #expect(lines.last?.contains(",col=11,endLine=1,endColumn=12,title=masque-lint (yaml-duplicate-key)::") == true)
  }

  @Test("GitLab's findings have different fingerprints that do not depend on lines")
  func gitlab() throws {
    let first = try #require(try JSONValue(parsing: report("gitlab").output).arrayValue)
    let marks = first.compactMap { $0["fingerprint"]?.stringValue }
    #expect(marks.count == first.count && Set(marks).count == marks.count)
    var moved = Self.hostile
    for (name, text) in moved { moved[name] = "# one more line\n\n" + text }
    let second = try #require(try JSONValue(parsing: report("gitlab", moved).output).arrayValue)
    #expect(second.compactMap { $0["fingerprint"]?.stringValue } == marks)
    #expect(first.map { $0["location"] } != second.map { $0["location"] })
    #expect(try JSONValue(parsing: report("gitlab", ["x.masque.yaml": "name: x\n"]).output) == [])
  }

  @Test("JUnit has a case per file and is XML")
  func junit() throws {
    let parser = XMLParser(data: Data(report("junit").output))
    let reader = CaseReader()
    parser.delegate = reader
    #expect(parser.parse())
    #expect(reader.names == ["a & <b>\"'%, :.masque.yaml", "ok.masque.yaml", "wide/図 é.masque.yaml"])
    #expect(reader.failures == 2)
    #expect(reader.suite["tests"] == "3" && reader.suite["failures"] == "2" && reader.suite["errors"] == "0")
  }

  @Test("Compact is one line per finding")
  func compact() {
    let lines = report("compact").outputText.split(separator: "\n")
    #expect(lines.last?.hasPrefix("wide/図 é.masque.yaml:1:11: error yaml-duplicate-key ") == true)
    #expect(!report("compact").output.contains { $0 < 0x20 && $0 != 0x0A })
  }

  @Test(
    "Every format is the same whatever the threads",
    arguments: ["text", "json", "sarif", "github", "gitlab", "junit", "compact"])
  func deterministic(_ format: String) {
    var texts: [String: String] = [:]
    for number in 0..<60 {
      texts["personas/\(number).masque.yaml"] = soundMasque.replacing("index: 1", with: "index: \(number / 2)")
        .replacing("Scribe", with: "Scribe \(number % 7 == 0 ? 0 : number)")
    }
    let files = MemoryFiles(texts: texts)
    let one = run(["--format", format, "--jobs=1"], in: files)
    #expect(one.status == .findings)
    #expect(run(["--format", format, "--jobs=5"], in: files) == one)
    #expect(run(["--format", format, "--jobs=3", "personas"] + texts.keys.sorted().reversed(), in: files) == one)
  }
}

private final class CaseReader: NSObject, XMLParserDelegate {
  var names: [String] = []
  var failures = 0
  var suite: [String: String] = [:]

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String] = [:]
  ) {
    switch name {
    case "testcase": names.append(attributes["name"] ?? "")
    case "failure": failures += 1
    case "testsuite": suite = attributes
    default: break
    }
  }
}

import JSON
import SourceText
import Testing

@Suite struct JSONEditorTests {
  @Test(arguments: [
    ("", "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n"),
    ("{}", "{\n  \"a\": {\n    \"b\": 1\n  }\n}"),
    ("{\n    \"x\": true\n}\n", "{\n    \"x\": true,\n    \"a\": {\n        \"b\": 1\n    }\n}\n"),
    ("{\n\t\"x\": [\n\t\t1\n\t]\n}\n", "{\n\t\"x\": [\n\t\t1\n\t],\n\t\"a\": {\n\t\t\"b\": 1\n\t}\n}\n"),
    ("{\r\n  \"x\": 1\r\n}\r\n", "{\r\n  \"x\": 1,\r\n  \"a\": {\r\n    \"b\": 1\r\n  }\r\n}\r\n"),
    (#"{"x":1}"#, #"{"x":1,"a":{"b":1}}"#),
    (#"{"x": 1}"#, #"{"x": 1, "a": {"b": 1}}"#),
    ("{\n  \"a\": {}\n}", "{\n  \"a\": {\n    \"b\": 1\n  }\n}"),
    ("{\n  \"a\": { \"z\": 0 }\n}", "{\n  \"a\": { \"z\": 0, \"b\": 1 }\n}"),
    ("{\n  \"a\": {\"b\" :  [2] , \"c\": 3}\n}", "{\n  \"a\": {\"b\" :  1 , \"c\": 3}\n}"),
    (#"{"a":{"b":0},"a":{"b":2}}"#, #"{"a":{"b":0},"a":{"b":1}}"#),
    ("\u{FEFF}{\n}\n", "\u{FEFF}{\n  \"a\": {\n    \"b\": 1\n  }\n}\n"),
  ])
  func set(before: String, after: String) throws {
    let text = SourceText(before)
    let edits = try JSONEditor.setValue(1, atPath: ["a", "b"], in: text)
    let edited = text.applying(edits).text
    #expect(edited == SourceText(after))
    #expect(try JSONValue(parsing: edited.bytes)["a"]?["b"] == 1)
    #expect(try JSONEditor.setValue(1, atPath: ["a", "b"], in: edited).isEmpty)
  }

  @Test func structuredValuesFollowTheIndentation() throws {
    let text = SourceText("{\n   \"k\": 1,\n   \"z\": 2\n}\n")
    let value: JSONValue = ["mode": "append", "verbs": ["a", "b"], "none": []]
    let edited = text.applying(try JSONEditor.setValue(value, atPath: ["k"], in: text)).text
    #expect(
      edited
        == SourceText(
          """
          {
             "k": {
                "mode": "append",
                "verbs": [
                   "a",
                   "b"
                ],
                "none": []
             },
             "z": 2
          }

          """))
  }

  @Test func arrays() throws {
    let text = SourceText("{\n  \"a\": [\n    1,\n    2\n  ]\n}")
    #expect(
      text.applying(try JSONEditor.setValue(3, atPath: ["a", 2], in: text)).text
        == SourceText("{\n  \"a\": [\n    1,\n    2,\n    3\n  ]\n}"))
    #expect(
      text.applying(try JSONEditor.setValue(9, atPath: ["a", 0], in: text)).text
        == SourceText("{\n  \"a\": [\n    9,\n    2\n  ]\n}"))
    #expect(throws: JSONEditError.noSuchItem(ByteRange(9, 27), 5)) {
      try JSONEditor.setValue(9, atPath: ["a", 5], in: text)
    }
    #expect(throws: JSONEditError.mismatch(ByteRange(9, 27), "x")) {
      try JSONEditor.setValue(9, atPath: ["a", "x"], in: text)
    }
    #expect(
      text.applying(try JSONEditor.removeValue(atPath: ["a", 1], in: text)).text
        == SourceText("{\n  \"a\": [\n    1\n  ]\n}"))
  }

  @Test(arguments: [
    (#"{"a":1,"k":2,"b":3}"#, #"{"a":1,"b":3}"#),
    (#"{"k":2,"b":3}"#, #"{"b":3}"#),
    (#"{"a":1,"k":2}"#, #"{"a":1}"#),
    (#"{"k":2}"#, #"{}"#),
    ("{\n  \"a\": 1,\n  \"k\": [\n    2\n  ],\n  \"b\": 3\n}\n", "{\n  \"a\": 1,\n  \"b\": 3\n}\n"),
    ("{\n  \"a\": 1,\n  \"k\": 2\n}\n", "{\n  \"a\": 1\n}\n"),
    (#"{"k":0,"a":1,"k":2,"k":3}"#, #"{"a":1}"#),
    (#"{"k":0,"a":1,"k":2,"b":3}"#, #"{"a":1,"b":3}"#),
    (#"{"a":1}"#, #"{"a":1}"#),
    ("", ""),
    ("[1]", "[1]"),
  ])
  func remove(before: String, after: String) throws {
    let text = SourceText(before)
    #expect(text.applying(try JSONEditor.removeValue(atPath: ["k"], in: text)).text == SourceText(after))
  }

  @Test(arguments: [
    "{\n  \"a\": 1\n}\n", "{\n\t\"a\": [1]\n}", #"{"a":1,"b":2}"#, "{\n  \"a\": 1, \"b\": 2\n}",
  ])
  func addingAndRemovingRestoresEveryByte(_ before: String) throws {
    let text = SourceText(before)
    let added = text.applying(try JSONEditor.setValue(["x": [1]], atPath: ["new"], in: text)).text
    #expect(added != text)
    #expect(added.applying(try JSONEditor.removeValue(atPath: ["new"], in: added)).text == text)
  }

  @Test func brokenTextIsRefused() {
    #expect(throws: JSONEditError.self) { try JSONEditor.setValue(1, atPath: ["a"], in: SourceText("{")) }
    #expect(throws: JSONEditError.self) { try JSONEditor.removeValue(atPath: ["a"], in: SourceText("{\"a\":")) }
  }
}

import DocumentTree
import SeededRandom
import SourceText
import Testing

@testable import JSON

/// A tree in brackets: scalars as type and text, marks after them.
private func outline(_ tree: DocumentTree, _ id: NodeID) -> String {
  let node = tree[id]
  switch node.kind {
  case .sequence: return "[" + tree.children(of: id).map { outline(tree, $0) }.joined(separator: " ") + "]"
  case .mapping:
    return "{" + tree.pairs(of: id).map { outline(tree, $0.key) + ":" + outline(tree, $0.value) }.joined(separator: " ")
      + "}"
  case .alias: return "*"
  case .scalar:
    let mark = node.flags.contains(.absent) ? "?" : node.flags.contains(.repaired) ? "~" : ""
    switch node.type {
    case .string: return "'\(tree.text(of: id))'\(mark)"
    case .bool: return node.flags.contains(.isTrue) ? "T" : "F"
    case .null: return "N\(mark)"
    case .int: return "i\(tree.text(of: id))"
    case .float: return "f\(tree.text(of: id))"
    case .none: return "none"
    }
  }
}

private func outline(_ text: String) -> String {
  let tree = JSONDocument.parse(SourceText(text)).tree
  return tree.root.map { outline(tree, $0) } ?? ""
}

/// Whether libjansson alone takes a text.
private func janssonAccepts(_ bytes: [UInt8]) -> Bool {
  bytes.withUnsafeBufferPointer { checkSyntax(of: $0, from: 0, patches: []) == nil }
}

@Suite struct JSONDocumentTests {
  @Test(arguments: [
    ("null", "N"),
    (" [ ] ", "[]"),
    ("{}", "{}"),
    (#"{"a":1,"b":[true,false,null]}"#, "{'a':i1 'b':[T F N]}"),
    ("[0,-0,-1,10,1.0,1e5,-2.5E-3]", "[i0 i-0 i-1 i10 f1.0 f1e5 f-2.5E-3]"),
    ("\u{FEFF}\"x\"", "'x'"),
    (#""a\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00z""#, "'a\"\\/\u{8}\u{C}\n\r\tAé😀z'"),
    (#""\u0000""#, "'\0'"),
    (#"{"\u0000":1}"#, "{'\0':i1}"),
    (#"["\ud800","\udc00x","\ud800\u0041"]"#, "['\u{FFFD}' '\u{FFFD}x' '\u{FFFD}A']"),
    ("[123456789012345678901234567890,1e400,-1E+400]", "[i123456789012345678901234567890 f1e400 f-1E+400]"),
    (#"{"a":1,"a":2}"#, "{'a':i1 'a':i2}"),
    ("\t\r\n\"é漢😀\u{7F}\"", "'é漢😀\u{7F}'"),
  ])
  func readsWhatRFC8259Allows(text: String, expected: String) {
    let document = JSONDocument.parse(SourceText(text))
    #expect(document.isWellFormed, "\(document.diagnostics)")
    #expect(outline(text) == expected)
  }

  @Test(arguments: [
    ("", "0..<0", "expected a JSON value, found the end of the text", ""),
    ("  \n", "0..<0", "expected a JSON value, found the end of the text", ""),
    ("[1,]", "2..<3", "a comma must not stand before ']'", "[i1]"),
    (#"{"a":1,}"#, "6..<7", "a comma must not stand before '}'", "{'a':i1}"),
    ("[1 2]", "3..<4", "expected ',' or ']', found '2'", "[i1 i2]"),
    (#"{"a" 1}"#, "5..<6", "expected ':' after the key, found '1'", "{'a':i1}"),
    (#"{"a":}"#, "5..<6", "expected a value after ':', found '}'", "{'a':N?}"),
    (#"{"a"}"#, "4..<5", "expected ':' after the key, found '}'", "{'a':N?}"),
    (#"{"a":,"b":2}"#, "5..<6", "expected a value after ':', found ','", "{'a':N? 'b':i2}"),
    (#"{a:1}"#, "1..<2", "a key takes double quotes: \"a\"", "{'a'~:i1}"),
    (#"{'a':1}"#, "1..<4", "a key takes double quotes, not '", "{''a''~:i1}"),
    ("['a b']", "1..<6", "a string takes double quotes, not '", "[''a b''~]"),
    ("[,1]", "1..<2", "expected a value before ','", "[i1]"),
    ("[01]", "1..<3", "01 is not a JSON number: it must not begin with 0", "['01'~]"),
    ("[.5]", "1..<3", ".5 is not a JSON number: a digit must stand before '.'", "['.5'~]"),
    ("[1.]", "1..<3", "1. is not a JSON number: a digit must stand after '.'", "['1.'~]"),
    ("[+1]", "1..<3", "+1 is not a JSON number: it must not begin with '+'", "['+1'~]"),
    ("[0x1F]", "1..<5", "0x1F is not a JSON number: JSON has only decimal numbers", "['0x1F'~]"),
    ("[1e]", "1..<3", "1e is not a JSON number", "['1e'~]"),
    ("-", "0..<1", "expected digits after '-'", "'-'~"),
    ("[True]", "1..<5", "expected true, found True: JSON's words are in lower case", "['True'~]"),
    ("[None]", "1..<5", "None is not JSON; the empty value is null", "['None'~]"),
    ("[NaN]", "1..<4", "NaN is not a JSON number", "['NaN'~]"),
    ("[1] // end", "4..<10", "JSON has no comments", "[i1]"),
    ("/* a */ 1", "0..<7", "JSON has no comments", "i1"),
    (#"["a]"#, "1..<4", "the string is not closed before the end of the text", "['a]'~]"),
    ("[\"a\n,1]", "1..<3", "the string is not closed before the end of the line", "['a'~ i1]"),
    ("[\"a\tb\"]", "3..<4", "the control character U+0009 must be written as an escape in a string", "['a\tb']"),
    (#"["\x"]"#, "2..<4", "\\x is not an escape; a backslash itself is written \\\\", "['x']"),
    (#"["\u12G"]"#, "2..<6", "\\u takes four hexadecimal digits", "['\u{FFFD}G']"),
    (#"{"a":[1"#, "7..<7", "the text ends inside the array that begins at line 1, column 6", "{'a':[i1]}"),
    ("{\n \"é\": {", "10..<10", "the text ends inside the object that begins at line 2, column 7", "{'é':{}}"),
    ("[1}", "2..<3", "expected ',' or ']', found '}'", "[i1]"),
    (#"[{"a":1]"#, "7..<8", "expected ',' or '}', found ']'", "[{'a':i1}]"),
    ("1 2", "2..<3", "unexpected text after the end of the JSON value", "i1"),
    ("[\0]", "1..<2", "expected a value, found U+0000", "['\0'~]"),
    ("{1:2}", "1..<2", "a key takes double quotes: \"1\"", "{'1'~:i2}"),
    ("{:2}", "1..<2", "expected a key in double quotes, found ':'", "{''?:i2}"),
  ])
  func saysWhatIsWrongWhere(text: String, range: String, message: String, expected: String) {
    let document = JSONDocument.parse(SourceText(text))
    #expect(document.firstError?.range.description == range)
    #expect(document.firstError?.message == message)
    #expect(outline(text) == expected)
    #expect(!janssonAccepts(Array(text.utf8)))
  }

  @Test(
    arguments: [
      ([0x22, 0xFF, 0x22], "1..<2", "the byte FF is not UTF-8"),
      ([0x22, 0xC0, 0xAF, 0x22], "1..<3", "the bytes C0 AF are not UTF-8"),
      ([0x22, 0xED, 0xA0, 0x80, 0x22], "1..<4", "the bytes ED A0 80 are not UTF-8"),
      ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], "1..<5", "the bytes F4 90 80 80 are not UTF-8"),
      ([0x22, 0xE2, 0x82, 0x22], "1..<3", "the bytes E2 82 are not UTF-8"),
    ] as [([UInt8], String, String)])
  func refusesBytesThatAreNotUTF8(bytes: [UInt8], range: String, message: String) {
    let document = JSONDocument.parse(bytes)
    #expect(document.firstError?.kind == .invalidUTF8)
    #expect(document.firstError?.range.description == range)
    #expect(document.firstError?.message == message)
    #expect(document.tree.text(of: NodeID(0)) == "\u{FFFD}")
    #expect(!janssonAccepts(bytes))
  }

  @Test func everyDuplicateIsNamed() {
    let document = JSONDocument.parse(SourceText(#"{"a":1,"b":2,"\u0061":3,"c":{"a":1},"a":4}"#))
    #expect(document.isWellFormed)
    #expect(document.diagnostics.map(\.range.description) == ["13..<21", "36..<39"])
    #expect(document.diagnostics.allSatisfy { $0.kind == .duplicateKey && $0.related == ByteRange(1, 4) })
    #expect(document.diagnostics.first?.message == "duplicate key \"a\": the object already has it on line 1")

    // Beyond a dozen keys another algorithm finds them.
    let many = (0..<100).map { #""k\#($0 % 90)":\#($0)"# }.joined(separator: ",\n")
    let found = JSONDocument.parse(SourceText("{\(many)}")).diagnostics
    #expect(
      found.map(\.message) == (0..<10).map { "duplicate key \"k\($0)\": the object already has it on line \($0 + 1)" })
  }

  @Test func depthIsBounded() {
    func nested(_ depth: Int) -> JSONDocument {
      JSONDocument.parse(SourceText(String(repeating: "[", count: depth) + String(repeating: "]", count: depth)))
    }
    #expect(nested(512).isWellFormed)
    let tooDeep = nested(513)
    #expect(tooDeep.diagnostics.map(\.kind) == [.tooDeep])
    #expect(tooDeep.firstError?.range == ByteRange(512, 513))
    #expect(nested(100_000).diagnostics.count == 1)
  }

  @Test func scalarsWithoutEscapesAreSlicesOfTheSource() {
    let tree = JSONDocument.parse(SourceText(#"["plain", "esc\n", 12]"#)).tree
    #expect(tree.nodes.map { $0.flags.contains(.textInSource) } == [false, true, false, true])
    #expect(tree.nodes.map(\.range.description) == ["0..<22", "1..<8", "10..<17", "19..<21"])
    #expect(tree.nodes.map(\.style) == [.flow, .doubleQuoted, .doubleQuoted, .plain])
  }

  @Test func longStrings() {
    let long = String(repeating: #"text\nté\ud800 "#, count: 100)
    let document = JSONDocument.parse(
      SourceText("{\"a\": \"\(long)\", \"\(long)\": [\"\\udc00\", 1e999, \"\(long)\"]}"))
    #expect(document.diagnostics.isEmpty)
    let text = String(repeating: "text\nté\u{FFFD} ", count: 100)
    #expect(JSONValue(document.tree) == ["a": .string(text), text: ["\u{FFFD}", .number(.infinity), .string(text)]])
    let broken = JSONDocument.parse(SourceText("[\"\(long)\" 1]"))
    #expect(broken.firstError?.range == ByteRange(long.utf8.count + 4, long.utf8.count + 5))
  }

  /// All texts up to a length over an alphabet of pieces: our scanner and libjansson must agree on each.
  @Test(arguments: [
    (["[", "]", "{", "}", ",", ":", "\"a\"", "1", " "], 5),
    (["-", "+", ".", "e", "E", "0", "1", "9", "]"], 5),
    (["\"", "\\", "u", "0", "D8", "dc", "00", "n", "é", "\u{1}"], 5),
    (["true", "false", "null", "t", "[", ",", "]", "/", "/*", "\n"], 4),
  ])
  func agreesWithJansson(alphabet: [String], length: Int) {
    let pieces = alphabet.map { Array($0.utf8) }
    var disagreements: [String] = []
    func check(_ bytes: [UInt8]) {
      let accepted = bytes.withUnsafeBufferPointer { buffer in
        var scanner = Scanner(buffer, source: bytes)
        scanner.scan()
        guard scanner.patches.isEmpty else {
          return scanner.hasErrors || checkSyntax(of: buffer, from: 0, patches: scanner.patches) == nil
            ? janssonAccepts(bytes) : !janssonAccepts(bytes)
        }
        return !scanner.hasErrors
      }
      if accepted != janssonAccepts(bytes) { disagreements.append(String(decoding: bytes, as: UTF8.self)) }
    }
    func extend(_ prefix: [UInt8], _ left: Int) {
      check(prefix)
      if left == 0 { return }
      for piece in pieces { extend(prefix + piece, left - 1) }
    }
    extend([], length)
    #expect(disagreements.isEmpty, "\(disagreements.prefix(10))")
  }

  /// Random damage to a valid text: the tree stays sound, and libjansson agrees on what is JSON.
  @Test func anyBytesGiveASoundTree() {
    let sample = Array(
      #"{"name": "código 😀", "n": [1, -2.5e10, 0], "t": {"a": true, "b": null, "esc": "\u00e9\ud83d\ude00\n"}, "z": []}"#
        .utf8)
    var random = SplitMix64(seed: 7)
    for round in 0..<4_000 {
      var bytes = sample
      for _ in 0...(round % 3) {
        let position = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 3 {
        case 0: bytes.remove(at: position)
        case 1: bytes[position] = UInt8(truncatingIfNeeded: random.next())
        default: bytes.insert(Array("{}[],:\"\\ 0e-".utf8)[Int(random.next() % 12)], at: position)
        }
      }
      checkSoundness(bytes)
    }
    for end in sample.indices { checkSoundness(Array(sample[..<end])) }
  }

  private func checkSoundness(_ bytes: [UInt8]) {
    let document = JSONDocument.parse(bytes)
    let tree = document.tree
    let comment = Comment(rawValue: String(decoding: bytes, as: UTF8.self))
    if !String(decoding: bytes, as: UTF8.self).lowercased().contains("\\ud"), bytes.count < 1_000 {
      let isBig = tree.nodes.contains { $0.type == .int && $0.count > 18 || $0.type == .float && $0.count > 6 }
      if !isBig, !tree.nodes.contains(where: { tree.text(of: NodeID(Int($0.payload))).contains("\0") }) {
        #expect(document.isWellFormed == janssonAccepts(bytes), comment)
      }
    }
    for (index, node) in tree.nodes.enumerated() {
      #expect(node.start >= 0 && node.end >= node.start && Int(node.end) <= bytes.count, comment)
      #expect(node.subtree >= 1 && index + Int(node.subtree) <= tree.nodes.count, comment)
      if node.parent >= 0 {
        let parent = tree.nodes[Int(node.parent)]
        #expect(parent.range.encloses(node.range), comment)
      }
      if node.kind == .mapping { #expect(Array(tree.pairs(of: NodeID(index))).count == Int(node.count), comment) }
    }
    for diagnostic in document.diagnostics {
      #expect(diagnostic.range.start >= 0 && diagnostic.range.end <= bytes.count, comment)
      #expect(!diagnostic.message.isEmpty, comment)
    }
  }
}

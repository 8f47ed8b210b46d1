import JSONSchema
import MasqueModel
import RegularLanguages
import SourceText
import Testing

@testable import MasqueAnalysis

/// A text with each token as `‹kind text›`.
private func annotated(_ text: String) -> String {
  let source = SourceText(text)
  var result = ""
  var position = 0
  for token in semanticTokens(in: Snapshot(path: "", text: source)) {
    result += source[ByteRange(position, token.range.start)]
    result += "‹\(token.kind.rawValue) \(source[token.range])›"
    position = token.range.end
  }
  return result + source[ByteRange(position, source.count)]
}

@Suite struct SemanticTokenTests {
  @Test func theWholeMasque() {
    let text = """
      # A masque. # masque-lint: disable-next-line unknown-key, no-such -- because
      name: Codesmith
      index: 12
      version: "1.0.0-rc.1"
      ring: player
      intnet: {a: 1.5}
      attributes: &a !!map
        domain: 'programming' # says what
        ring: player
      spinnerVerbs:
        mode: append
        verbs: ["Codesmith:Forging...", plain]
      skills:
        - uri: skill://programming/swift
          level: expert
        - {uri: odd, level: none}
      intent:
        # masque-lint: expect denied "ship \\"it\\"" -- as said
        allowed: ["{fix,test} *", 'ad\\?d [!a-z] **', plain]
        denied:
          - "a\\\\*b"
      knowledge: [mcp://handbook/a/b]
      access:
        ttl: PT1H
        capabilities: *a
      lens: | # text
        First: line

        "Second"
      mcp:
        servers:
          - name: handbook
            type: stdio
            env: {TOKEN: "${API_KEY}", A: "x${B:-c}y ${1}", <<: *a}
      performance:
        score: "+"
        history: [{date: 2026-01-31T09:30:00Z, score: null}, {score: x, open: true}]
      """
    #expect(
      annotated(text) == """
        ‹comment # A masque. # ›‹directive masque-lint›‹comment : ›‹directiveVerb disable-next-line›‹comment  ›\
        ‹ruleCode unknown-key›‹comment , no-such -- because›
        ‹section name›: ‹name Codesmith›
        ‹section index›: ‹number 12›
        ‹section version›: ‹version "1.0.0-rc.1"›
        ‹section ring›: ‹choice player›
        ‹key intnet›: {‹key a›: ‹number 1.5›}
        ‹section attributes›: ‹anchor &a› ‹tag !!map›
          ‹key domain›: ‹string 'programming'› ‹comment # says what›
          ‹key ring›: ‹string player›
        ‹section spinnerVerbs›:
          ‹key mode›: ‹choice append›
          ‹key verbs›: [‹string "›‹verbPrefix Codesmith›‹punctuation :›‹string Forging..."›, ‹string plain›]
        ‹section skills›:
          - ‹key uri›: ‹scheme skill›‹punctuation ://›‹authority programming›‹string /swift›
            ‹key level›: ‹choice expert›
          - {‹key uri›: ‹string odd›, ‹key level›: ‹string none›}
        ‹section intent›:
          ‹comment # ›‹directive masque-lint›‹comment : ›‹directiveVerb expect›‹comment  ›‹verdict denied›‹comment  ›\
        ‹phrase "ship \\"it\\""›‹comment  -- as said›
          ‹key allowed›: [‹string "›‹alternation {›‹string fix›‹alternation ,›‹string test›‹alternation }›‹string  ›\
        ‹wildcard *›‹string "›, ‹string 'ad›‹escape \\?›‹string d ›‹characterClass [!a-z]›‹string  ›‹wildcard **›\
        ‹string '›, ‹string plain›]
          ‹key denied›:
            - ‹string "a›‹escape \\\\*›‹string b"›
        ‹section knowledge›: [‹scheme mcp›‹punctuation ://›‹authority handbook›‹string /a/b›]
        ‹section access›:
          ‹key ttl›: ‹duration PT1H›
          ‹key capabilities›: ‹alias *a›
        ‹section lens›: ‹blockHeader |› ‹comment # text›
          ‹string First: line

          "Second"›
        ‹section mcp›:
          ‹key servers›:
            - ‹key name›: ‹server handbook›
              ‹key type›: ‹choice stdio›
              ‹key env›: {‹key TOKEN›: ‹string "›‹punctuation ${›‹variable API_KEY›‹punctuation }›‹string "›, \
        ‹key A›: ‹string "x›‹punctuation ${›‹variable B›‹string :-c›‹punctuation }›‹string y ${1}"›, \
        ‹mergeKey <<›: ‹alias *a›}
        ‹section performance›:
          ‹key score›: ‹choice "+"›
          ‹key history›: [{‹key date›: ‹date 2026-01-31T09:30:00Z›, ‹key score›: ‹constant null›}, \
        {‹key score›: ‹string x›, ‹key open›: ‹constant true›}]
        """)
  }

  @Test(arguments: [
    ("ring: pla", "‹section ring›: ‹string pla›"), ("rin", "‹string rin›"),
    ("# masque-lint", "‹comment # masque-lint›"),
    (
      "# masque-lint: disable-line ",
      "‹comment # ›‹directive masque-lint›‹comment : ›‹directiveVerb disable-line›‹comment  ›"
    ),
    ("# masque-lint: expect", "‹comment # ›‹directive masque-lint›‹comment : ›‹directiveVerb expect›"),
    (
      "# masque-lint: expect denied \"a\\",
      "‹comment # ›‹directive masque-lint›‹comment : ›‹directiveVerb expect›‹comment  ›‹verdict denied›‹comment  ›‹phrase \"a\\›"
    ),
    (
      "intent: {allowed: ['{a,[b', \"\\\\\"]}",
      "‹section intent›: {‹key allowed›: [‹string '›‹alternation {›‹string a›‹alternation ,›‹string [b'›, ‹string \"\\\\\"›]}"
    ),
    ("access: {ttl: session}", "‹section access›: {‹key ttl›: ‹choice session›}"),
    ("access: {ttl: soon}", "‹section access›: {‹key ttl›: ‹string soon›}"),
    ("version: 1.0", "‹section version›: ‹version 1.0›"), ("", ""), ("- name: x", "- ‹key name›: ‹string x›"),
    ("? [a]\n: b", "? [‹string a›]\n: ‹string b›"), ("name:", "‹section name›:"),
    ("knowledge: ['mcp://']", "‹section knowledge›: [‹string '›‹scheme mcp›‹punctuation ://›‹string '›]"),
  ])
  func halfTyped(_ text: String, _ expected: String) { #expect(annotated(text) == expected) }

  @Test(arguments: AnalysisRobustnessTests.documents.indices)
  func tokensAreInOrderAndApart(_ index: Int) {
    let (name, text) = AnalysisRobustnessTests.documents[index]
    for length in stride(from: text.count, through: 0, by: -7) {
      let snapshot = Snapshot(path: name, text: SourceText(Array(text.bytes[..<length])))
      let tokens = semanticTokens(in: snapshot)
      var end = 0
      for token in tokens {
        #expect(token.range.start >= end && !token.range.isEmpty && token.range.end <= length, "\(name) \(length)")
        end = token.range.end
      }
      // A stretch has the tokens that share a byte with it.
      for window in [ByteRange(0, length / 3), ByteRange(length / 3, length / 2), ByteRange(at: length / 2)] {
        #expect(semanticTokens(in: snapshot, window: window) == tokens.filter { $0.range.overlaps(window) })
      }
    }
  }

  /// The parts of every pattern over a small alphabet, as the parser sees them.
  @Test(arguments: 0..<8)
  func patternsHaveTheParsersParts(_ seed: Int) {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    let letters = Array("a b*?[]{},\\!-".utf8)
    var count = 0
    for _ in 0..<20_000 {
      let text = (0..<(1 + next(9))).map { _ in letters[next(letters.count)] }
      guard let pattern = try? IntentPattern(String(decoding: text, as: UTF8.self)) else { continue }
      count += 1
      let tokens = text.withUnsafeBufferPointer { textTokens(in: $0, .pattern) }
      var expected: [SemanticToken] = []
      add(pattern.parts, of: text, to: &expected)
      #expect(tokens.filter { $0.kind != .escape && $0.kind != .alternation } == expected, "\(pattern)")
      let braces = tokens.filter { $0.kind == .alternation }
      #expect(braces.count == alternationCount(pattern.parts), "\(pattern)")
    }
    #expect(count > 2_000)
  }

  private func add(_ parts: [IntentPattern.Part], of text: [UInt8], to tokens: inout [SemanticToken]) {
    for part in parts {
      let range = ByteRange(part.range.lowerBound, part.range.upperBound)
      switch part.kind {
      case .run, .oneScalar: tokens.append(SemanticToken(range: range, kind: .wildcard))
      case .furtherWords:
        // The part has the space before its stars.
        let stars = text[range.start..<range.end].firstIndex(of: UInt8(ascii: "*")) ?? range.start
        tokens.append(SemanticToken(range: ByteRange(stars, range.end), kind: .wildcard))
      case .scalarClass: tokens.append(SemanticToken(range: range, kind: .characterClass))
      case .alternatives(let alternatives): for alternative in alternatives { add(alternative, of: text, to: &tokens) }
      case .text: break
      }
    }
  }

  private func alternationCount(_ parts: [IntentPattern.Part]) -> Int {
    parts.reduce(0) { count, part in
      guard case .alternatives(let alternatives) = part.kind else { return count }
      return count + 1 + alternatives.count + alternatives.reduce(0) { $0 + alternationCount($1) }
    }
  }

  @Test func whatIsKnownIsWhatTheSchemaKnows() {
    let schema = MasqueSchema.bundled.schema
    #expect(sectionNames == Set(schema.propertyNames(of: [schema.root]).map(\.name)))
    // Wherever the schema has a fixed set of values, so have we, and nowhere else.
    func check(_ place: TokenPlace, _ subschemas: [SubschemaID], _ path: String) {
      let allowed = schema.allowedValues(of: subschemas).filter(\.isText).map(\.text)
      if case .choice(let values) = place.form {
        #expect(values == Set(allowed), "\(path)")
      } else {
        #expect(allowed.isEmpty, "\(path)")
      }
      for property in schema.propertyNames(of: subschemas) {
        let below = schema.propertySubschemas(of: subschemas, key: property.name)
        guard let next = place.keys[property.name] else {
          #expect(schema.allowedValues(of: below).isEmpty, "\(path).\(property.name)")
          continue
        }
        check(next, below, "\(path).\(property.name)")
      }
      for key in place.keys.keys {
        #expect(schema.propertyNames(of: subschemas).contains { $0.name == key }, "\(path).\(key)")
      }
      if let item = place.item { check(item, schema.itemSubschemas(of: subschemas, index: 0), "\(path)[]") }
    }
    check(.masque, [schema.root], "")
  }
}

import DocumentTree
import Foundation
import JSONSchema
import SourceText
import Synchronization
import Testing

@Suite("Bounds, aliases and merge keys")
struct BoundsTests {
  /// Arrays in arrays, built without a reader: no reader goes that deep.
  private func nested(_ depth: Int) -> DocumentTree {
    var builder = TreeBuilder(source: [])
    for _ in 0..<depth { builder.open(.sequence, style: .flow, start: 0, end: 0) }
    for _ in 0..<depth { builder.close(end: 0) }
    return builder.tree
  }

  #if DEBUG
    /// Without optimisation a frame takes ten times as much.
    private static let stackSize = 4 * 1_024 * 1_024
  #else
    /// What other platforms give a background thread.
    private static let stackSize = 512 * 1_024
  #endif

  /// Runs on a thread with a stack of its own.
  private func onSmallStack<R: Sendable>(_ body: @escaping @Sendable () -> R) throws -> R {
    let result = Mutex<R?>(nil)
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      let value = body()
      result.withLock { $0 = value }
      done.signal()
    }
    thread.stackSize = Self.stackSize
    thread.start()
    done.wait()
    return try #require(result.withLock { $0 })
  }

  @Test("nesting of 10,000 levels is reported, not followed")
  func depth() throws {
    let schema = compile(##"{"items": {"$ref": "#"}, "anyOf": [{"not": false}]}"##)
    let tree = nested(10_000)
    let details = try onSmallStack {
      schema.validate(tree).map { summary($0, schema, tree).split(separator: ":").last ?? "" }
    }
    #expect(details.last == " depth")
    #expect(!schema.isValid(tree))
    #expect(try onSmallStack { schema.evaluate(tree).violations.isEmpty } == false)
    #expect(schema.validate(nested(100)).isEmpty)
  }

  @Test("all branching keywords fit a small stack at the depth limit")
  func branchingDepth() throws {
    let schema = compile(
      ##"{"$ref": "#/$defs/a", "$defs": {"a": {"oneOf": [{"allOf": [{"if": {"items": {"$ref": "#"}}, "then": {"anyOf": [{"contains": {"$ref": "#"}, "minContains": 0}]}}], "unevaluatedItems": false}]}}}"##
    )
    let tree = nested(2_000)
    #expect(try onSmallStack { schema.validate(tree, limits: EvaluationLimits(visits: 100_000)).isEmpty } == false)
    #expect(
      try onSmallStack { schema.evaluate(tree, limits: EvaluationLimits(visits: 100_000)).violations.isEmpty } == false)
  }

  @Test("deep schemas are refused, not followed")
  func deepSchema() {
    var builder = TreeBuilder(source: Array("not".utf8))
    for _ in 0..<10_000 {
      builder.open(.mapping, style: .flow, start: 0, end: 0)
      builder.scalar(style: .plain, type: .string, range: ByteRange(0, 3), text: ByteRange(0, 3))
    }
    builder.open(.mapping, style: .flow, start: 0, end: 0)
    for _ in 0...10_000 { builder.close(end: 0) }
    let (schema, diagnostics) = Schema.compile(builder.tree)
    #expect(diagnostics.map(\.kind) == [.tooDeep])
    _ = schema.isValid(json("1"))
  }

  /// `&a [x, x]`, then arrays of two aliases of the one before.
  private func bomb(_ levels: Int) -> DocumentTree {
    var builder = TreeBuilder(source: [])
    builder.open(.sequence, style: .flow, start: 0, end: 0)
    for level in 0..<levels {
      let id = builder.open(.sequence, style: .flow, start: 0, end: 0)
      builder.setProperties(NodeProperties(node: id, anchor: ByteRange(at: 0)), anchorName: "a\(level)")
      for _ in 0..<2 where level > 0 { builder.alias(name: "a\(level - 1)", range: ByteRange(at: 0)) }
      builder.close(end: 0)
    }
    builder.close(end: 0)
    return builder.tree
  }

  @Test("an alias bomb exhausts the budget")
  func aliasBomb() {
    let tree = bomb(60)
    let schema = compile(##"{"items": {"$ref": "#"}, "type": "array"}"##)
    #expect(
      schema.validate(tree, limits: EvaluationLimits(visits: 50_000)).map {
        summary($0, schema, tree).hasSuffix("budget")
      } == [true])
    #expect(schema.validate(bomb(8)).isEmpty)
    let unique = compile(#"{"uniqueItems": true}"#)
    #expect(
      unique.validate(tree, limits: EvaluationLimits(visits: 50_000)).map {
        summary($0, unique, tree).hasSuffix("budget")
      } == [true])
    let constant = compile(#"{"const": [[[[]]]]}"#)
    #expect(constant.validate(tree, limits: EvaluationLimits(visits: 50_000)).count == 1)
    #expect(tree.isEqual(NodeID(0), to: NodeID(0), in: tree, visits: 10_000) == nil)
    #expect(tree.isEqual(NodeID(1), to: NodeID(1), in: tree) == true)
  }

  @Test("an alias that contains itself ends")
  func cyclicAlias() {
    var builder = TreeBuilder(source: [])
    let root = builder.open(.sequence, style: .flow, start: 0, end: 0)
    builder.setProperties(NodeProperties(node: root, anchor: ByteRange(at: 0)), anchorName: "a")
    builder.alias(name: "a", range: ByteRange(at: 0))
    builder.close(end: 0)
    let tree = builder.tree
    let schema = compile(##"{"items": {"$ref": "#"}, "uniqueItems": true, "minItems": 1}"##)
    #expect(schema.validate(tree).map { summary($0, schema, tree).hasSuffix("depth") } == [true])
    // As a schema.
    _ = Schema.compile(tree)
  }

  @Test("a schema that multiplies exhausts the budget")
  func multiplyingSchema() {
    var parts: [String] = []
    for level in 0..<40 {
      parts.append(
        ##""l\##(level)": {"allOf": [{"$ref": "#/$defs/l\##(level + 1)"}, {"$ref": "#/$defs/l\##(level + 1)"}]}"##)
    }
    let schema = compile(
      ##"{"$ref": "#/$defs/l0", "$defs": {\##(parts.joined(separator: ", ")), "l40": {"type": "null"}}}"##)
    let tree = json("null")
    #expect(schema.validate(tree).map { summary($0, schema, tree) } == ["- /: budget"])
    // The static walk visits each subschema once.
    #expect(schema.inPlace([schema.root]).count == 122)
  }

  @Test("a dynamic reference that turns in place ends")
  func dynamicLoop() {
    let schema = compile(##"{"$dynamicAnchor": "a", "anyOf": [{"$dynamicRef": "#a"}, {"$dynamicRef": "#a"}]}"##)
    let tree = json("1")
    #expect(
      schema.validate(tree).map { summary($0, schema, tree) }.allSatisfy {
        $0.hasSuffix("depth") || $0.hasSuffix("budget")
      })
    #expect(!schema.isValid(tree))
  }

  /// {base: &b {x: 1, y: s}, use: {<<: *b, y: 2}, alias: *b}
  private func merging() -> DocumentTree {
    let source = "base: &b {x: 1, y: s}\nuse: {<<: *b, y: 2}\nalias: *b\n"
    var builder = TreeBuilder(source: Array(source.utf8))
    var cursor = 0
    func word(_ text: String, _ type: ScalarType = .string) {
      let bytes = Array(source.utf8)
      while !bytes[cursor...].starts(with: text.utf8) { cursor += 1 }
      let range = ByteRange(cursor, cursor + text.utf8.count)
      cursor = range.end
      builder.scalar(style: .plain, type: type, range: range, text: range)
    }
    builder.open(.mapping, style: .block, start: 0, end: 0)
    word("base")
    let base = builder.open(.mapping, style: .flow, start: 8, end: 0)
    builder.setProperties(NodeProperties(node: base, anchor: ByteRange(7, 8)), anchorName: "b")
    word("x")
    word("1", .int)
    word("y")
    word("s")
    builder.close(end: 20)
    word("use")
    let use = builder.open(.mapping, style: .flow, start: 27, end: 0)
    builder.mark(use, .merge)
    word("<<")
    builder.mark(NodeID(builder.tree.nodes.count - 1), .merge)
    builder.alias(name: "b", range: ByteRange(32, 34))
    cursor = 34
    word("y")
    word("2", .int)
    builder.close(end: 41)
    word("alias")
    builder.alias(name: "b", range: ByteRange(49, 51))
    builder.close(end: nil)
    return builder.tree
  }

  @Test("merge keys give their pairs, aliases their target")
  func mergeKeys() throws {
    let tree = merging()
    let strict = compile(
      #"{"additionalProperties": {"required": ["x", "y"], "properties": {"x": {"type": "integer"}, "y": true}, "unevaluatedProperties": false, "minProperties": 2, "maxProperties": 2}}"#
    )
    #expect(strict.validate(tree).map { summary($0, strict, tree) } == [])
    let typed = compile(
      #"{"additionalProperties": {"properties": {"x": {"type": "string"}, "y": {"type": "string"}}}}"#)
    let violations = typed.validate(tree)
    #expect(
      violations.map { summary($0, typed, tree) } == [
        "type /base/x: integer, not string", "type /use/y: integer, not string", "type /base/x: integer, not string",
        "type /base/x: integer, not string",
      ])
    let alias = try #require(tree.value(forKey: "alias", in: NodeID(0)))
    #expect(violations.last?.alias == alias)
    #expect(violations.first?.alias == nil)
    // What is wrong with an aliased value itself is reported at the alias.
    let list = compile(#"{"properties": {"alias": {"type": "array"}}}"#)
    #expect(list.validate(tree).map(\.node) == [alias])
    let evaluation = typed.evaluate(tree)
    #expect(!evaluation.subschemas(at: alias).isEmpty)
  }

  @Test("an empty document and nodes of another one")
  func strangers() {
    let schema = compile(#"{"type": "null"}"#)
    #expect(schema.validate(DocumentTree()).isEmpty)
    #expect(schema.validate(json("1"), NodeID(50)).isEmpty)
    #expect(schema.validate(json("1"), NodeID(-1)).isEmpty)
    #expect(schema.inPlace([SubschemaID(50), SubschemaID(-1)]).isEmpty)
    #expect(Schema.compile(DocumentTree()).schema.isValid(json("1")))
  }

  @Test("one schema, many threads")
  func concurrency() async {
    let schema = compile(
      #"{"items": {"pattern": "^[a-z]+$", "format": "regex"}}"#, options: SchemaOptions(assertsFormats: true))
    let tree = json(#"["abc", "def", "ghi"]"#)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<16 {
        group.addTask { (0..<100).allSatisfy { _ in schema.isValid(tree) } }
      }
      for await isValid in group { #expect(isValid) }
    }
  }
}

import DocumentTree

/// A compiled schema as flat tables: what the evaluator runs over. Subschemas, instructions and the tables that
/// instructions refer to are found by index; nothing is counted or copied while it runs.
///
/// The memory is filled once and never written again, hence `@unchecked Sendable`.
final class SchemaProgram: @unchecked Sendable {
  let subschemas: UnsafeBufferPointer<Subschema>
  let instructions: UnsafeBufferPointer<Instruction>
  let objects: UnsafeBufferPointer<ObjectTable>
  let keys: UnsafeBufferPointer<KeyEntry>
  let slots: UnsafeBufferPointer<Int32>
  let patternEntries: UnsafeBufferPointer<PatternEntry>
  let arrays: UnsafeBufferPointer<ArrayTable>
  let contains: UnsafeBufferPointer<ContainsTable>
  let dependencies: UnsafeBufferPointer<Dependency>
  let constants: UnsafeBufferPointer<Constant>
  /// Lists of subschemas, and of `texts`, that tables refer to by range.
  let lists: UnsafeBufferPointer<Int32>
  let texts: UnsafeBufferPointer<TextRange>
  /// The bytes of all texts.
  let pool: UnsafeBufferPointer<UInt8>
  /// For each resource, the subschema of each dynamic anchor's name, -1 where it has none.
  let dynamicAnchors: UnsafeBufferPointer<Int32>

  let dynamicAnchorCount: Int
  let numbers: [Number]
  let patterns: [SchemaPattern]
  let resources: [Resource]
  let documents: [DocumentTree]
  /// For each document, the subschema at each node, -1 where there is none.
  let subschemaOfNode: [[Int32]]
  let root: Int32

  init(_ tables: borrowing ProgramTables, root: Int32) {
    subschemas = frozen(tables.subschemas)
    instructions = frozen(tables.instructions)
    objects = frozen(tables.objects)
    keys = frozen(tables.keys)
    slots = frozen(tables.slots)
    patternEntries = frozen(tables.patternEntries)
    arrays = frozen(tables.arrays)
    contains = frozen(tables.contains)
    dependencies = frozen(tables.dependencies)
    constants = frozen(tables.constants)
    lists = frozen(tables.lists)
    texts = frozen(tables.texts)
    pool = frozen(tables.pool)
    dynamicAnchors = frozen(tables.dynamicAnchors)
    dynamicAnchorCount = tables.dynamicAnchorCount
    numbers = tables.numbers
    patterns = tables.patterns
    resources = tables.resources
    documents = tables.documents
    subschemaOfNode = tables.subschemaOfNode
    self.root = root
  }

  deinit {
    subschemas.deallocate()
    instructions.deallocate()
    objects.deallocate()
    keys.deallocate()
    slots.deallocate()
    patternEntries.deallocate()
    arrays.deallocate()
    contains.deallocate()
    dependencies.deallocate()
    constants.deallocate()
    lists.deallocate()
    texts.deallocate()
    pool.deallocate()
    dynamicAnchors.deallocate()
  }

  /// The bytes of a text of the pool.
  @inline(__always)
  func text(_ range: TextRange) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: pool[Int(range.offset)..<Int(range.offset &+ range.count)])
  }

  func string(_ range: TextRange) -> String { String(decoding: text(range), as: UTF8.self) }

  /// The entry of a key in an object table, -1 if it has none.
  @inline(__always)
  func entry(of key: UnsafeBufferPointer<UInt8>, in table: ObjectTable) -> Int32 {
    guard table.slotMask >= 0 else { return -1 }
    var slot = Int32(bitPattern: hashOfEnds(key)) & table.slotMask
    while true {
      let index = slots[Int(table.firstSlot &+ slot)]
      if index < 0 { return -1 }
      let entry = keys[Int(index)]
      if Int(entry.text.count) == key.count, equalBytes(pool, Int(entry.text.offset), key) { return index }
      slot = (slot &+ 1) & table.slotMask
    }
  }
}

/// Copies trivial values into memory that stays where it is.
private func frozen<T: BitwiseCopyable>(_ array: [T]) -> UnsafeBufferPointer<T> {
  let buffer = UnsafeMutableBufferPointer<T>.allocate(capacity: array.count)
  _ = buffer.initialize(from: array)
  return UnsafeBufferPointer(buffer)
}

/// The tables while a compiler fills them.
struct ProgramTables {
  var subschemas: [Subschema] = []
  var instructions: [Instruction] = []
  var objects: [ObjectTable] = []
  var keys: [KeyEntry] = []
  var slots: [Int32] = []
  var patternEntries: [PatternEntry] = []
  var arrays: [ArrayTable] = []
  var contains: [ContainsTable] = []
  var dependencies: [Dependency] = []
  var constants: [Constant] = []
  var lists: [Int32] = []
  var texts: [TextRange] = []
  var pool: [UInt8] = []
  var dynamicAnchors: [Int32] = []
  var dynamicAnchorCount = 0
  var numbers: [Number] = []
  var patterns: [SchemaPattern] = []
  var resources: [Resource] = []
  var documents: [DocumentTree] = []
  var subschemaOfNode: [[Int32]] = []
}

/// A schema resource: what an `$id` or a document's root begins.
struct Resource: Sendable {
  /// The absolute URI without fragment, as far as the base URI given was absolute.
  var uri: String
  var document: Int32
  var node: NodeID
  var vocabularies: Vocabularies
}

/// One schema object or boolean.
struct Subschema: BitwiseCopyable, Sendable {
  enum Form: UInt8, BitwiseCopyable, Sendable {
    case object, alwaysTrue, alwaysFalse
  }

  var form: Form
  /// Whether it has `unevaluatedItems` or `unevaluatedProperties` and so must know what else has looked at children.
  var tracksEvaluation = false
  var firstInstruction: Int32 = 0
  var endInstruction: Int32 = 0
  var resource: Int32
  var document: Int32
  var node: Int32

  /// Whether no instance can fail it.
  @inline(__always) var admitsAll: Bool { form != .alwaysFalse && firstInstruction == endInstruction }
}

/// One check of a subschema, in the order of evaluation: cheap assertions first, `unevaluated…` last.
enum Instruction: BitwiseCopyable, Sendable {
  case types(SchemaTypeSet)
  case const(Int32)
  case enumeration(from: Int32, to: Int32)
  case minLength(Int)
  case maxLength(Int)
  case pattern(Int32)
  case format(SchemaFormat)
  case minimum(Int32)
  case exclusiveMinimum(Int32)
  case maximum(Int32)
  case exclusiveMaximum(Int32)
  case multipleOf(Int32)
  case minProperties(Int)
  case maxProperties(Int)
  case minItems(Int)
  case maxItems(Int)
  case ref(Int32)
  case dynamicRef(Int32, anchor: Int32)
  case object(Int32)
  case dependentRequired(from: Int32, to: Int32)
  case dependentSchemas(from: Int32, to: Int32)
  case array(Int32)
  case contains(Int32)
  case uniqueItems
  case allOf(from: Int32, to: Int32)
  case anyOf(from: Int32, to: Int32)
  case oneOf(from: Int32, to: Int32)
  case not(Int32)
  case conditional(if: Int32, then: Int32, else: Int32)
  case unevaluatedProperties(Int32)
  case unevaluatedItems(Int32)
}

/// A text in the pool.
struct TextRange: BitwiseCopyable, Sendable {
  var offset: Int32
  var count: Int32
}

/// `properties`, `required`, `patternProperties`, `additionalProperties` and `propertyNames` together: one walk over an
/// object's pairs does them all.
struct ObjectTable: BitwiseCopyable, Sendable {
  var firstSlot: Int32 = 0
  /// The number of slots less one, -1 without keys.
  var slotMask: Int32 = -1
  var firstKey: Int32 = 0
  var endKey: Int32 = 0
  var firstPattern: Int32 = 0
  var endPattern: Int32 = 0
  var additional: Int32 = -1
  var propertyNames: Int32 = -1
  /// A bit for each required key of this table.
  var required: UInt64 = 0
}

/// A key that `properties` or `required` names.
struct KeyEntry: BitwiseCopyable, Sendable {
  var text: TextRange
  /// -1 where the key is only required.
  var subschema: Int32
  /// The key's bit in `ObjectTable.required`, 0 where it is not required.
  var requiredBit: UInt64
}

struct PatternEntry: BitwiseCopyable, Sendable {
  var pattern: Int32
  var subschema: Int32
}

/// `prefixItems` and `items`.
struct ArrayTable: BitwiseCopyable, Sendable {
  var firstPrefix: Int32
  var endPrefix: Int32
  var items: Int32
}

struct ContainsTable: BitwiseCopyable, Sendable {
  var subschema: Int32
  var minimum: Int
  var maximum: Int
}

/// An entry of `dependentRequired` (a range of `lists` over `texts`) or `dependentSchemas` (a subschema).
struct Dependency: BitwiseCopyable, Sendable {
  var key: TextRange
  var first: Int32
  var end: Int32
}

/// A value of `const` or `enum`.
struct Constant: BitwiseCopyable, Sendable {
  enum Kind: UInt8, BitwiseCopyable, Sendable {
    case null, isTrue, isFalse, number, string, container
  }

  var kind: Kind
  /// The string's bytes.
  var text = TextRange(offset: 0, count: 0)
  /// The index into `numbers`.
  var number: Int32 = -1
  var document: Int32
  var node: Int32
}

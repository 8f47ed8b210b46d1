public import DocumentTree

/// The index of a subschema in its `Schema`.
@frozen
public struct SubschemaID: Hashable, Comparable, Sendable {
  /// The position, from 0. Within one document of the schema, in document order.
  public let index: Int32

  /// The subschema at a position.
  @inlinable
  public init(_ index: Int32) { self.index = index }

  @inlinable
  public static func < (a: SubschemaID, b: SubschemaID) -> Bool { a.index < b.index }
}

/// One way in which an instance breaks a schema. It words nothing: callers do, for their readers.
public struct SchemaViolation: Sendable {
  /// The node of the instance that breaks the rule: for a missing property the mapping, for a property that must not
  /// be there its value, for `propertyNames` the key. Where a value is written as an alias and the rule is about
  /// the value itself, the alias.
  public var node: NodeID
  /// The innermost alias through which evaluation came to `node`, if any: where the text that is wrong here stands
  /// elsewhere.
  public var alias: NodeID?
  /// The keyword that is broken; nil for a `false` schema on its own and for an exceeded limit.
  public var keyword: SchemaKeyword?
  /// The subschema that has the keyword.
  public var subschema: SubschemaID
  /// What a message needs to know.
  public var details: Details

  /// What is known about a violation beyond its keyword.
  public indirect enum Details: Sendable {
    /// `type`
    case type(expected: SchemaTypeSet, actual: SchemaTypeSet)
    /// `enum` and `const`: the values that are allowed, as nodes of the subschema's tree.
    case allowedValues([NodeID])
    /// `minLength`, `maxLength` (in Unicode scalars), `minItems`, `maxItems`, `minProperties`, `maxProperties`.
    case count(limit: Int, actual: Int)
    /// `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`
    case number(limit: Number, actual: Number)
    /// `pattern`: its source.
    case pattern(String)
    /// `format`
    case format(SchemaFormat)
    /// `required`: the missing names, in the order of the schema.
    case missingProperties([String])
    /// `dependentRequired`: what the presence of a key demands and is missing.
    case missingDependents(key: NodeID, missing: [String])
    /// A key that must not be there: by `additionalProperties`, `unevaluatedProperties`, `properties` …
    case unexpectedProperty(key: NodeID)
    /// An item that must not be there, by its index: by `items`, `unevaluatedItems`, `prefixItems`.
    case unexpectedItem(index: Int)
    /// `uniqueItems`: the first two equal items.
    case duplicateItems(first: NodeID, second: NodeID)
    /// `contains`, `minContains`, `maxContains`
    case matchingItems(count: Int, minimum: Int, maximum: Int?)
    /// `anyOf`, and `oneOf` with no valid branch: each branch with what is wrong under it.
    case branches([Branch])
    /// `oneOf` with several valid branches: their indices.
    case validBranches([Int])
    /// `not`
    case negated
    /// A `false` schema that no keyword of the table above explains.
    case never
    /// Evaluation visited more nodes than the limits allow and stopped: an alias bomb, or a schema that multiplies.
    case budgetExceeded
    /// Evaluation nested deeper than the limits allow and did not go on there.
    case depthExceeded
  }

  /// A branch of `anyOf` or `oneOf` that the instance does not fit.
  public struct Branch: Sendable {
    /// The branch.
    public var subschema: SubschemaID
    /// What is wrong under it.
    public var violations: [SchemaViolation]
  }
}

/// How far an evaluation may go. What exceeds a limit is reported as a violation of its own.
public struct EvaluationLimits: Sendable {
  /// How many times a subschema may be applied to a node; nil for one million plus 64 for each node of the tree.
  public var visits: Int?
  /// How deep applications may nest; each level of the instance takes one, each `$ref` or `allOf` on the way another.
  public var depth: Int

  /// The limits; the default depth fits a stack of 512 KB in an optimised build.
  public init(visits: Int? = nil, depth: Int = 640) {
    self.visits = visits
    self.depth = depth
  }
}

/// The places that a schema describes, laid out for walks over many documents: which keys a map may have, what stands
/// below each, and what a list's items are.
///
/// The same answers as the questions of `Schema`, asked once per place of the schema instead of once per node. Keys that
/// only `patternProperties` describes have no place of their own.
public struct SchemaOutline: Sendable {
  /// A place of the schema: the root, the value of a key, the items of a list.
  @frozen
  public struct Place: Hashable, Sendable {
    let index: Int32
  }

  private struct Entry: Sendable {
    var subschemas: [SubschemaID]
    var isClosed: Bool
    var keys: StringIndex
    /// The place below each key of `keys`.
    var values: [Int32]
    /// The place below any other key, -1 without.
    var additional: Int32
    /// The place of the items, -1 without; lists whose items differ by index have none.
    var items: Int32
  }

  private var entries: [Entry] = []

  /// The place of the whole document.
  public let root = Place(index: 0)

  /// Lays a schema out. O(places); a schema with more than 4,096 different ones is cut off there.
  ///
  /// - Parameter schema: the schema.
  public init(_ schema: Schema) {
    var known: [[SubschemaID]: Int32] = [:]
    var waiting: [[SubschemaID]] = []
    func place(_ subschemas: [SubschemaID]) -> Int32 {
      guard !subschemas.isEmpty else { return -1 }
      if let index = known[subschemas] { return index }
      guard known.count < 4_096 else { return -1 }
      let index = Int32(truncatingIfNeeded: known.count)
      known[subschemas] = index
      waiting.append(subschemas)
      return index
    }
    _ = place([schema.root])
    var next = 0
    while next < waiting.count {
      let subschemas = waiting[next]
      next += 1
      let names = schema.propertyNames(of: subschemas).map(\.name)
      let values = names.map { place(schema.propertySubschemas(of: subschemas, key: $0)) }
      // A key that no schema names: what is left is what describes every other key.
      let additional = place(schema.propertySubschemas(of: subschemas, key: "\u{0}"))
      let first = schema.itemSubschemas(of: subschemas, index: 0)
      let later = schema.itemSubschemas(of: subschemas, index: Int(Int32.max))
      entries.append(
        Entry(
          subschemas: subschemas, isClosed: schema.describesAllProperties(of: subschemas), keys: StringIndex(names),
          values: values, additional: additional, items: first == later ? place(first) : -1))
    }
  }

  /// The place below a key. O(length of the key).
  ///
  /// - Parameters:
  ///   - place: that of the map.
  ///   - key: the key, in UTF-8.
  /// - Returns: the place, nil where the schema says nothing of the key.
  @inline(__always)
  public func place(below place: Place, key: UnsafeBufferPointer<UInt8>) -> Place? {
    let entry = entries[Int(place.index)]
    if let index = entry.keys.index(of: key) {
      let value = entry.values[Int(index)]
      return value < 0 ? nil : Place(index: value)
    }
    return entry.additional < 0 ? nil : Place(index: entry.additional)
  }

  /// Whether `properties` names a key.
  ///
  /// - Parameters:
  ///   - key: the key, in UTF-8.
  ///   - place: that of the map.
  /// - Returns: the answer.
  public func names(_ key: UnsafeBufferPointer<UInt8>, at place: Place) -> Bool {
    entries[Int(place.index)].keys.index(of: key) != nil
  }

  /// The place of a list's items.
  public func items(of place: Place) -> Place? {
    let items = entries[Int(place.index)].items
    return items < 0 ? nil : Place(index: items)
  }

  /// Whether the schema knows every key of the maps at a place: see `Schema.describesAllProperties`.
  public func isClosed(_ place: Place) -> Bool { entries[Int(place.index)].isClosed }

  /// The subschemas that describe a place.
  public func subschemas(at place: Place) -> [SubschemaID] { entries[Int(place.index)].subschemas }
}

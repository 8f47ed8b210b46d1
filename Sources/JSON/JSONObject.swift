/// The pairs of a JSON object in the order in which they were added. Two objects are equal when they have the same
/// keys with the same values, in whatever order.
public struct JSONObject: Sendable {
  /// A key with its value.
  public typealias Element = (key: String, value: JSONValue)

  private var elements: [Element] = []
  /// Where each key is; kept for objects too large to look through.
  private var positions: [ExactString: Int]?

  private static let maximumLinearCount = 16

  /// An object without a pair.
  public init() {}

  /// An object of these pairs; of equal keys the last value counts, in the place of the first.
  public init(_ pairs: some Sequence<(String, JSONValue)>) {
    for (key, value) in pairs { self[key] = value }
  }

  /// The number of pairs.
  public var count: Int { elements.count }
  /// Whether there is no pair.
  public var isEmpty: Bool { elements.isEmpty }
  /// The keys in order.
  public var keys: [String] { elements.map(\.key) }
  /// The values in order.
  public var values: [JSONValue] { elements.map(\.value) }

  private func position(of key: String) -> Int? {
    if let positions { return positions[ExactString(key)] }
    return elements.firstIndex { hasSameScalars($0.key, key) }
  }

  /// The value of a key. A new key goes to the end; setting nil removes the key. O(1), removal O(n).
  public subscript(key: String) -> JSONValue? {
    get { position(of: key).map { elements[$0].value } }
    set {
      let position = position(of: key)
      switch (position, newValue) {
      case (let position?, let value?):
        elements[position].value = value
      case (nil, let value?):
        elements.append((key, value))
        if positions != nil {
          positions?[ExactString(key)] = elements.count - 1
        } else if elements.count > Self.maximumLinearCount {
          index()
        }
      case (let position?, nil):
        elements.remove(at: position)
        if positions != nil { index() }
      case (nil, nil):
        break
      }
    }
  }

  private mutating func index() {
    positions = Dictionary(
      elements.enumerated().map { (ExactString($0.element.key), $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  mutating func reserve(_ count: Int) { elements.reserveCapacity(count) }
}

extension JSONObject: Sequence {
  /// The pairs in order.
  public func makeIterator() -> IndexingIterator<[Element]> { elements.makeIterator() }
  /// The number of pairs.
  public var underestimatedCount: Int { elements.count }
}

extension JSONObject: Hashable {
  public static func == (a: JSONObject, b: JSONObject) -> Bool {
    guard a.count == b.count else { return false }
    return a.elements.allSatisfy { b[$0.key] == $0.value }
  }

  public func hash(into hasher: inout Hasher) {
    var sum = 0
    for element in elements {
      var inner = Hasher()
      ExactString(element.key).hash(into: &inner)
      inner.combine(element.value)
      sum ^= inner.finalize()
    }
    hasher.combine(sum)
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}

/// Whether two strings have the same scalars; Swift's `==` takes canonically equivalent ones for equal.
@inline(__always)
func hasSameScalars(_ a: String, _ b: String) -> Bool {
  guard a.utf8.count == b.utf8.count else { return false }
  let isSame = a.utf8.withContiguousStorageIfAvailable { a in
    b.utf8.withContiguousStorageIfAvailable { b in a.elementsEqual(b) }
  }
  return (isSame ?? nil) ?? a.utf8.elementsEqual(b.utf8)
}

/// A string that is equal to those with the same scalars only.
struct ExactString: Hashable {
  let string: String

  init(_ string: String) { self.string = string }

  static func == (a: ExactString, b: ExactString) -> Bool { hasSameScalars(a.string, b.string) }

  func hash(into hasher: inout Hasher) {
    // Equal scalars hash alike; so do canonically equivalent ones, which are rare.
    hasher.combine(string)
  }
}

extension JSONObject: CustomStringConvertible {
  /// The object as JSON on one line.
  public var description: String { JSONValue.object(self).text(.line) }
}

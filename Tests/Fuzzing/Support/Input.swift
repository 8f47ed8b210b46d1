/// What the fuzzer gave, in fields: bytes 0xFF part them, which UTF-8 never has, so that a seed may be a plain text.
public struct FuzzInput: Sendable {
  /// The fields, at least one.
  public let fields: [[UInt8]]

  /// Takes bytes apart.
  ///
  /// - Parameters:
  ///   - start: the first byte; nil if there is none.
  ///   - count: how many there are.
  public init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    let bytes = UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)
    fields = bytes.split(separator: 0xFF, omittingEmptySubsequences: false).map { Array($0) }
  }

  /// The bytes of a field; none if it is missing.
  public subscript(index: Int) -> [UInt8] { fields.indices.contains(index) ? fields[index] : [] }

  /// A field as text; what is no UTF-8 becomes U+FFFD.
  public func text(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }
}

/// Numbers from bytes, in their order; 0 behind their end.
public struct FuzzNumbers: Sendable {
  /// What has not been read yet.
  public private(set) var rest: ArraySlice<UInt8>

  /// Numbers from these bytes.
  public init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// The next byte.
  public mutating func byte() -> Int { Int(rest.popFirst() ?? 0) }

  /// The next number of 16 bits, brought below a bound.
  public mutating func below(_ bound: Int) -> Int {
    let number = byte() << 8 | byte()
    return bound > 0 ? number % bound : 0
  }
}

/// Ends the process, which the fuzzer takes for a finding, unless an invariant holds.
public func require(
  _ holds: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
  if !holds { fatalError(message(), file: file, line: line) }
}

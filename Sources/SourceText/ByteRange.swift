/// A half-open range of UTF-8 byte offsets in a source text.
///
/// Unlike `Range<Int>` it cannot be built reversed: an end before the start is taken as the start, so that a
/// computation over broken input yields an empty range instead of a trap.
@frozen
public struct ByteRange: Hashable, Sendable {
  /// The first byte's offset, from 0.
  public let start: Int
  /// The offset after the last byte; never less than `start`.
  public let end: Int

  /// The range from `start` up to, not including, `end`; an `end` below `start` gives the empty range at `start`.
  @inlinable
  public init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = Swift.max(start, end)
  }

  /// The empty range at an offset.
  @inlinable
  public init(at offset: Int) {
    self.init(offset, offset)
  }

  /// The number of bytes.
  @inlinable public var count: Int { end - start }
  /// Whether the range holds no byte.
  @inlinable public var isEmpty: Bool { end == start }

  /// Whether the byte at `offset` lies in the range.
  @inlinable
  public func contains(_ offset: Int) -> Bool { start <= offset && offset < end }

  /// Whether a cursor at `offset` touches the range, both ends included.
  @inlinable
  public func touches(_ offset: Int) -> Bool { start <= offset && offset <= end }

  /// Whether `other` lies wholly in this range.
  @inlinable
  public func encloses(_ other: ByteRange) -> Bool { start <= other.start && other.end <= end }

  /// Whether the two ranges share at least one byte.
  @inlinable
  public func overlaps(_ other: ByteRange) -> Bool { start < other.end && other.start < end }

  /// The range moved by `delta` bytes.
  @inlinable
  public func shifted(by delta: Int) -> ByteRange { ByteRange(start + delta, end + delta) }

  /// The range cut to `0 ..< count`.
  public func clamped(to count: Int) -> ByteRange {
    ByteRange(Swift.min(Swift.max(start, 0), count), Swift.min(Swift.max(end, 0), count))
  }
}

extension ByteRange: CustomStringConvertible {
  public var description: String { "\(start)..<\(end)" }
}

import MasqueWorkspace

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why something is not on the disk.
public struct StoreError: Error, Sendable, Hashable {
  /// The reason, with the file; no final full stop.
  public var message: String

  /// An error.
  public init(_ message: String) { self.message = message }

  /// What `errno` says about a file.
  static func system(_ doing: String, _ path: FilePath) -> StoreError {
    let code = errno
    let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let base = buffer.baseAddress, strerror_r(code, base, buffer.count) == 0 else { return "error \(code)" }
      return String(cString: base)
    }
    return StoreError("cannot \(doing) \(path): \(text)")
  }
}

extension FilePath {
  /// Calls `body` with the path as a C string.
  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (bytes + [0]).withUnsafeBufferPointer { buffer in
      buffer.withMemoryRebound(to: CChar.self) { characters in
        var none: CChar = 0
        return characters.baseAddress.map { body($0) } ?? body(&none)
      }
    }
  }
}

/// A file of whole lines that only grows, and knows how much of it is safe on the disk.
struct StoreFile: Sendable {
  let path: FilePath
  private let descriptor: Descriptor
  /// How many bytes of it are on the disk.
  private(set) var durableLength: Int
  /// How many bytes of it are written.
  private(set) var length: Int
  /// On which day it was written last, in days since 1970.
  private(set) var day: Int
  /// How many bytes were cut off when it was opened: what a crash left of a line that nobody was promised.
  private(set) var recovered = 0
  /// Whether the bytes behind `durableLength` could not be taken back.
  private(set) var isBroken = false

  /// Opens a file, or makes it, and cuts a torn line off its end.
  ///
  /// - Parameters:
  ///   - path: the file; its folder is there.
  ///   - day: the day of today.
  /// - Throws: why it can't be used.
  init(_ path: FilePath, day: Int) throws(StoreError) {
    self.path = path
    let flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    let number = path.withCString { open($0, flags, 0o600) }
    guard number >= 0 else { throw .system("open", path) }
    descriptor = Descriptor(number)
    var status = stat()
    guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw StoreError("\(path) is no file")
    }
    #if canImport(Darwin)
      self.day = Int(status.st_mtimespec.tv_sec) / 86_400
    #else
      self.day = Int(status.st_mtim.tv_sec) / 86_400
    #endif
    length = Int(status.st_size)
    durableLength = length
    if length == 0 { self.day = day }
    try recover()
    guard fchmod(number, 0o600) == 0, fsync(number) == 0 else { throw .system("write", path) }
  }

  /// Cuts off what is no whole line. A line begins with a brace, ends with one, and has no NUL in it: that is what a file
  /// system leaves of bytes that were on their way when the power failed.
  private mutating func recover() throws(StoreError) {
    var end = length
    while end > 0 {
      let start = try startOfLine(before: end)
      if try isLine(start..<end) { break }
      end = start
    }
    guard end < length else { return }
    recovered = length - end
    guard ftruncate(descriptor.number, off_t(end)) == 0 else { throw .system("mend", path) }
    length = end
    durableLength = end
  }

  /// The place behind the last line break before the last byte of what ends at `end`.
  private func startOfLine(before end: Int) throws(StoreError) -> Int {
    var high = end - 1
    while high > 0 {
      let low = max(high - 1 << 16, 0)
      let piece = try bytes(low..<high)
      if let place = piece.lastIndex(of: 0x0A) { return low + place + 1 }
      high = low
    }
    return 0
  }

  private func isLine(_ range: Range<Int>) throws(StoreError) -> Bool {
    guard range.count >= 3, try bytes(range.lowerBound..<range.lowerBound + 1) == [UInt8(ascii: "{")],
      try bytes(range.upperBound - 2..<range.upperBound) == [UInt8(ascii: "}"), 0x0A]
    else { return false }
    var low = range.lowerBound
    while low < range.upperBound {
      let high = min(low + 1 << 16, range.upperBound)
      if try bytes(low..<high).contains(0) { return false }
      low = high
    }
    return true
  }

  private func bytes(_ range: Range<Int>) throws(StoreError) -> [UInt8] {
    var isWhole = true
    let result = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      while count < range.count {
        let got = pread(
          descriptor.number, buffer.baseAddress.map { $0 + count }, range.count - count, off_t(range.lowerBound + count)
        )
        if got < 0, errno == EINTR { continue }
        guard got > 0 else {
          isWhole = false
          break
        }
        count += got
      }
    }
    guard isWhole else { throw .system("read", path) }
    return result
  }

  /// Writes bytes at the end; they are safe after the next `synchronize`.
  mutating func append(_ bytes: [UInt8]) throws(StoreError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        write(descriptor.number, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        length += written
        throw .system("write", path)
      }
      written += count
    }
    length += written
  }

  /// Waits until all that was written is on the disk.
  mutating func synchronize(day: Int) throws(StoreError) {
    #if canImport(Darwin)
      let status = fcntl(descriptor.number, F_FULLFSYNC)
    #else
      let status = fdatasync(descriptor.number)
    #endif
    guard status == 0 else { throw .system("write", path) }
    durableLength = length
    self.day = day
  }

  /// Takes back what is not known to be on the disk, so that no half line is left and nothing stays that was refused.
  mutating func takeBack() {
    guard length > durableLength else { return }
    if ftruncate(descriptor.number, off_t(durableLength)) == 0 {
      length = durableLength
    } else {
      isBroken = true
    }
  }
}

/// A file descriptor that is closed when nobody has it any more.
private final class Descriptor: Sendable {
  let number: Int32

  init(_ number: Int32) { self.number = number }

  deinit { close(number) }
}

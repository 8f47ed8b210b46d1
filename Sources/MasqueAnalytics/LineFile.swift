import MasqueWorkspace

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file of lines that is read piece by piece while another program writes behind its end.
final class LineFile {
  /// What tells the file from others, whatever its name.
  let identity: String
  /// How many bytes it has.
  let length: Int
  /// When it was written last, in seconds since 1970.
  let modified: Int64
  private let descriptor: Int32

  init?(_ path: FilePath) {
    let name = path.bytes + [0]
    descriptor = name.withUnsafeBufferPointer { buffer in
      buffer.withMemoryRebound(to: CChar.self) { characters in
        characters.baseAddress.map { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW) } ?? -1
      }
    }
    guard descriptor >= 0 else { return nil }
    var status = stat()
    let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    identity = "\(status.st_dev)-\(status.st_ino)"
    length = Int(status.st_size)
    #if canImport(Darwin)
      modified = Int64(status.st_mtimespec.tv_sec)
    #else
      modified = Int64(status.st_mtim.tv_sec)
    #endif
    guard isFile else { return nil }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func bytes(_ range: Range<Int>) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: max(range.count, 0)) { buffer, count in
      while count < range.count {
        let got = pread(
          descriptor, buffer.baseAddress.map { $0 + count }, range.count - count, off_t(range.lowerBound + count))
        if got < 0, errno == EINTR { continue }
        guard got > 0 else { break }
        count += got
      }
    }
  }

  /// Whether a line begins at a place.
  func isLineStart(_ place: Int) -> Bool {
    place == 0 || place <= length && bytes(place - 1..<place) == [0x0A]
  }

  /// Where the whole lines from a place on end: about so many bytes later, or as many as one line has.
  func endOfLines(from start: Int, about size: Int) -> Int {
    var end = start
    var wanted = size
    while end == start, start < length {
      let piece = bytes(start..<min(start + wanted, length))
      if let last = piece.lastIndex(of: 0x0A) { end = start + last + 1 }
      // A line may have 64 MiB, and half as much again as JSON.
      if piece.count < wanted || wanted > 512 << 20 { break }
      wanted *= 4
    }
    return end
  }
}

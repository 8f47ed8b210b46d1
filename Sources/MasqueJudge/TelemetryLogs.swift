import MasqueWorkspace
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file of logs: one OTLP export request as JSON on each line, as the file exporter of the OpenTelemetry Collector
/// writes them.
struct TelemetryLog: Equatable {
  var path: FilePath
  /// What the file system says of it, whatever it is called.
  var stamp: FileStamp
  /// Which file it is, whatever it is called: it is renamed when the next one is begun.
  var identity: String
  /// How many bytes it has.
  var length: Int
  /// Where its last line ends that has an end.
  var lineEnd: Int
}

extension TelemetryLog {
  /// The logs in a folder: `logs.jsonl` and those that were put aside, whose names begin with `logs` and end with
  /// `.jsonl`; in the order of their names.
  static func all(in folder: FilePath, _ files: any Files) throws(FileError) -> [TelemetryLog] {
    let names: [FolderEntry]
    do throws(FileError) {
      names = try files.entries(of: folder)
    } catch {
      if error.reason == .notFound { return [] }
      throw error
    }
    var logs: [TelemetryLog] = []
    for entry in names where entry.kind == .file || entry.kind == .link {
      guard entry.name.starts(with: "logs".utf8), entry.name.reversed().starts(with: "lnosj.".utf8.map { $0 }) else {
        continue
      }
      let path = folder.appending(entry.name)
      guard let stamp = files.stamp(of: path), stamp.length > 0 else { continue }
      do throws(FileError) {
        let head = try files.read(path, at: 0, count: headLength).prefix { $0 != newline }
        let device = stamp.identity.map { String($0, radix: 16) }.joined(separator: ":")
        let length = Int(clamping: stamp.length)
        var log = TelemetryLog(
          path: path, stamp: stamp, identity: "\(device):\(String(hash(head), radix: 16))", length: length,
          lineEnd: 0)
        log.lineEnd = try log.lineEnd(in: 0..<length, files) ?? 0
        logs.append(log)
      } catch {
        // Put aside and removed meanwhile.
        if error.reason != .notFound { throw error }
      }
    }
    return logs.sorted { $0.path < $1.path }
  }

  /// How much of its first line tells a file from others.
  private static let headLength = 4_096
  private static let step = 1 << 16

  /// Where the last line ends that has its end in a range.
  func lineEnd(in range: Range<Int>, _ files: any Files) throws(FileError) -> Int? {
    var end = range.upperBound
    while end > range.lowerBound {
      let start = max(end - Self.step, range.lowerBound)
      let bytes = try files.read(path, at: start, count: end - start)
      if let last = bytes.lastIndex(of: newline) { return start + last + 1 }
      end = start
    }
    return nil
  }

  /// FNV-1a, 64 bits.
  private static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

private let newline = UInt8(ascii: "\n")

/// The lines of a part of a file that may be JSON objects, in pieces. DuckDB passes over what is no JSON; but a value of
/// another kind than an object, and a line that ends where more must come, would take their neighbours along.
final class LineSource: Sendable {
  private let log: TelemetryLog
  private let end: Int
  private let longest: Int
  private let files: any Files
  private let offset: Mutex<Int>

  /// Lines; one that is longer than `longest` bytes is an error.
  init(_ log: TelemetryLog, _ range: Range<Int>, longest: Int, _ files: any Files) {
    self.log = log
    self.end = range.upperBound
    self.longest = longest
    self.files = files
    offset = Mutex(range.lowerBound)
  }

  /// The next lines; nil at the end.
  ///
  /// - Throws: why there are none; `tooLarge` for a line that is too long, `changed` where the file is no longer there.
  func next() throws(FileError) -> [UInt8]? {
    let start = offset.withLock { $0 }
    guard start < end else { return nil }
    var count = Swift.min(1 << 20, end - start)
    var bytes = try read(start, count)
    while start + count < end, !bytes.contains(newline) {
      guard count <= longest else { throw .tooLarge(log.path, length: count, limit: longest) }
      count = Swift.min(count * 2, end - start)
      bytes = try read(start, count)
    }
    if start + count < end, let last = bytes.lastIndex(of: newline) { bytes.removeSubrange((last + 1)...) }
    offset.withLock { $0 = start + bytes.count }
    if bytes.last != newline { bytes.append(newline) }
    return try objects(in: bytes)
  }

  private func read(_ start: Int, _ count: Int) throws(FileError) -> [UInt8] {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try files.read(log.path, at: start, count: count)
    } catch {
      throw error.reason == .notFound ? .changed(log.path) : error
    }
    // Put aside under another name, another file has its name; cut short, it is another one as well. Asked afterwards:
    // a file that is put aside does not come back.
    guard bytes.count == count, files.stamp(of: log.path)?.identity == log.stamp.identity else {
      throw .changed(log.path)
    }
    return bytes
  }

  /// The lines that begin and end as an object does.
  private func objects(in bytes: [UInt8]) throws(FileError) -> [UInt8] {
    var isWhole = true
    var dropped: [Range<Int>] = []
    bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      var start = 0
      while start < buffer.count {
        guard let found = memchr(base + start, Int32(newline), buffer.count - start) else { return }
        let end = UnsafeRawPointer(found) - base
        if end - start > longest { isWhole = false }
        var first = start
        while first < end, isBlank(buffer[first]) { first += 1 }
        var last = end - 1
        while last > first, isBlank(buffer[last]) { last -= 1 }
        if first == end || buffer[first] != UInt8(ascii: "{") || buffer[last] != UInt8(ascii: "}") {
          dropped.append(start..<(end + 1))
        }
        start = end + 1
      }
    }
    guard isWhole else { throw .tooLarge(log.path, length: nil, limit: longest) }
    var result = bytes
    for range in dropped.reversed() { result.removeSubrange(range) }
    return result
  }
}

private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0D || byte == 0x09 }

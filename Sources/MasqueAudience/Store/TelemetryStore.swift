import Dispatch
public import MasqueWorkspace
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The files of telemetry: `logs.jsonl`, `metrics.jsonl` and `traces.jsonl`, one export request a line, as the file
/// exporter of the OpenTelemetry Collector writes them.
///
/// Lines are written by one thread. Those that come while it waits for the disk are written together and share the next
/// wait; each is answered for when it is on the disk. A line that can't be written whole is taken back. A file that has
/// become too large, or is of another day, is renamed to `logs-2026-11-21T07-34-12.123.jsonl`; of those, the oldest go
/// when all files together are too large, and those beyond an age.
public final class TelemetryStore: Sendable {
  /// How much is kept.
  public struct Limits: Sendable, Hashable {
    /// The most bytes of a file, one line excepted.
    public var fileSize: Int
    /// The most bytes of all files.
    public var totalSize: Int
    /// How many days old a file gets.
    public var age: Int
    /// The most bytes that may wait to be written.
    public var waiting = 128 << 20

    /// Limits; see the properties.
    public init(fileSize: Int, totalSize: Int, age: Int) {
      self.fileSize = max(min(fileSize, totalSize / 8), 1)
      self.totalSize = max(totalSize, 1)
      self.age = max(age, 1)
    }
  }

  /// Why a line is not kept.
  public enum Refusal: Error, Sendable, Hashable {
    /// Too many bytes wait for the disk.
    case isBehind
    /// The disk has refused it.
    case failed(StoreError)
    /// The store is closed.
    case isClosed
  }

  private struct Entry {
    var bytes: [UInt8]
    var signal: Signal
    var completion: @Sendable (Result<Void, Refusal>) -> Void
  }

  private struct Queue {
    var entries: [Entry] = []
    var waitingBytes = 0
    var isWriting = false
    var isClosed = false
  }

  /// What the writer alone touches.
  private struct Writer {
    var logs: StoreFile
    var metrics: StoreFile
    var traces: StoreFile
  }

  /// The folder.
  public let folder: FilePath
  private let limits: Limits
  private let milliseconds: @Sendable () -> Int64
  private let queue = Mutex(Queue())
  private let writer: Mutex<Writer>
  private let thread = DispatchQueue(label: "telemetry")
  /// The time in the last name that a file was given.
  private let lastRotation = Mutex<Int64>(0)
  private let problem = Mutex<String?>(nil)
  /// How many bytes a crash had left of unfinished lines.
  public let recovered: Int

  /// Opens the files, makes them where they are missing, and mends what a crash has left.
  ///
  /// - Parameters:
  ///   - folder: the folder, which is there and in which nobody else writes.
  ///   - limits: how much is kept.
  ///   - milliseconds: the time since 1970.
  /// - Throws: why it can't be used.
  public init(
    _ folder: FilePath, _ limits: Limits, milliseconds: @escaping @Sendable () -> Int64
  ) throws(StoreError) {
    self.folder = folder
    self.limits = limits
    self.milliseconds = milliseconds
    let day = Int(milliseconds() / 86_400_000)
    func file(_ signal: Signal) throws(StoreError) -> StoreFile {
      try StoreFile(folder.appending("\(signal.name).jsonl".utf8), day: day)
    }
    let writer = Writer(logs: try file(.logs), metrics: try file(.metrics), traces: try file(.traces))
    recovered = writer.logs.recovered + writer.metrics.recovered + writer.traces.recovered
    self.writer = Mutex(writer)
    try synchronizeFolder(folder)
  }

  /// Writes a line.
  ///
  /// - Parameters:
  ///   - line: the line with its line break.
  ///   - signal: which file it belongs to.
  ///   - completion: called on another thread when the line is on the disk, or is not going to be.
  public func append(
    _ line: [UInt8], to signal: Signal, completion: @escaping @Sendable (Result<Void, Refusal>) -> Void
  ) {
    let verdict = queue.withLock { queue -> (refusal: Refusal?, starts: Bool) in
      if queue.isClosed { return (.isClosed, false) }
      // A line alone is always taken, however long.
      if queue.waitingBytes > 0, queue.waitingBytes + line.count > limits.waiting { return (.isBehind, false) }
      queue.entries.append(Entry(bytes: line, signal: signal, completion: completion))
      queue.waitingBytes += line.count
      defer { queue.isWriting = true }
      return (nil, !queue.isWriting)
    }
    if let refusal = verdict.refusal { return completion(.failure(refusal)) }
    if verdict.starts { thread.async { self.write() } }
  }

  /// What is wrong with the disk; nil while lines can be written.
  public var currentProblem: String? { problem.withLock { $0 } }

  /// How many bytes wait to be written.
  public var waitingBytes: Int { queue.withLock { $0.waitingBytes } }

  /// Renames and removes what is too old or too large, though nothing be written.
  public func maintain() {
    thread.async {
      self.writer.withLock { writer in
        for signal in Signal.allCases { self.rotateIfDue(&writer, signal, adding: 0) }
      }
      self.removeOldFiles()
    }
  }

  /// Takes no more lines and waits until those that were taken are on the disk.
  public func close() {
    queue.withLock { $0.isClosed = true }
    thread.sync { self.write() }
  }

  // MARK: - The writer

  private func write() {
    while true {
      let entries = queue.withLock { queue -> [Entry] in
        defer { queue.entries = [] }
        if queue.entries.isEmpty { queue.isWriting = false }
        return queue.entries
      }
      if entries.isEmpty { return }
      for signal in Signal.allCases {
        let lines = entries.filter { $0.signal == signal }
        if lines.isEmpty { continue }
        writer.withLock { writer in
          switch signal {
          case .logs: write(lines, signal, &writer.logs)
          case .metrics: write(lines, signal, &writer.metrics)
          case .traces: write(lines, signal, &writer.traces)
          }
        }
      }
    }
  }

  private func write(_ entries: [Entry], _ signal: Signal, _ file: inout StoreFile) {
    // Those before it have their answer.
    var answered = 0
    func answer(_ entries: ArraySlice<Entry>, _ result: Result<Void, Refusal>) {
      let count = entries.reduce(0) { $0 + $1.bytes.count }
      queue.withLock { $0.waitingBytes -= count }
      for entry in entries { entry.completion(result) }
    }
    do throws(StoreError) {
      let day = Int(milliseconds() / 86_400_000)
      for (place, entry) in entries.enumerated() {
        if isDue(file, adding: entry.bytes.count, day) {
          try file.synchronize(day: file.day)
          answer(entries[answered..<place], .success(()))
          answered = place
          try rotate(signal, &file, day)
        }
        try file.append(entry.bytes)
      }
      try file.synchronize(day: day)
      problem.withLock { $0 = nil }
      answer(entries[answered...], .success(()))
    } catch {
      file.takeBack()
      problem.withLock { $0 = error.message }
      // Lines behind the one that failed have not been tried: the disk is full for them as well.
      answer(entries[answered...], .failure(.failed(error)))
    }
  }

  private func isDue(_ file: StoreFile, adding count: Int, _ day: Int) -> Bool {
    file.isBroken || file.length > 0 && (file.length + count > limits.fileSize || file.day != day)
  }

  private func rotateIfDue(_ writer: inout Writer, _ signal: Signal, adding count: Int) {
    let day = Int(milliseconds() / 86_400_000)
    func rotateIfDue(_ file: inout StoreFile) {
      guard isDue(file, adding: count, day) else { return }
      do throws(StoreError) { try rotate(signal, &file, day) } catch { problem.withLock { $0 = error.message } }
    }
    switch signal {
    case .logs: rotateIfDue(&writer.logs)
    case .metrics: rotateIfDue(&writer.metrics)
    case .traces: rotateIfDue(&writer.traces)
    }
  }

  /// Gives a file its final name and begins another one.
  private func rotate(_ signal: Signal, _ file: inout StoreFile, _ day: Int) throws(StoreError) {
    // Names go up, whatever the clock does and however many there are in a millisecond: the oldest go first.
    var time = lastRotation.withLock { last in max(milliseconds(), last + 1) }
    var target = folder.appending(rotatedName(signal, time).utf8)
    while target.withCString({ access($0, F_OK) }) == 0 {
      time += 1
      target = folder.appending(rotatedName(signal, time).utf8)
    }
    // It has been renamed already where no new one could be made then.
    guard file.path.withCString({ from in target.withCString { rename(from, $0) } }) == 0 || errno == ENOENT else {
      throw .system("rename", file.path)
    }
    lastRotation.withLock { $0 = time }
    file = try StoreFile(file.path, day: day)
    try synchronizeFolder(folder)
    removeOldFiles()
  }

  /// Removes files that were renamed: the oldest until the rest is small enough, and those beyond the age.
  private func removeOldFiles() {
    var files: [(name: String, length: Int, modified: Int64)] = []
    var total = 0
    for name in names(in: folder) where name.hasSuffix(".jsonl") {
      var status = stat()
      let path = folder.appending(name.utf8)
      guard path.withCString({ lstat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      total += Int(status.st_size)
      #if canImport(Darwin)
        let modified = Int64(status.st_mtimespec.tv_sec)
      #else
        let modified = Int64(status.st_mtim.tv_sec)
      #endif
      if Signal.allCases.contains(where: { name.hasPrefix("\($0.name)-") }) {
        files.append((name, Int(status.st_size), modified))
      }
    }
    let oldest = milliseconds() / 1_000 - Int64(limits.age) * 86_400
    for file in files.sorted(by: { ($0.modified, $0.name) < ($1.modified, $1.name) }) {
      guard total > limits.totalSize || file.modified < oldest else { break }
      if folder.appending(file.name.utf8).withCString({ unlink($0) }) == 0 { total -= file.length }
    }
  }
}

/// The name of a file that is not written any more, after the time at which that was.
func rotatedName(_ signal: Signal, _ milliseconds: Int64) -> String {
  var seconds = time_t(milliseconds / 1_000)
  var parts = tm()
  gmtime_r(&seconds, &parts)
  func digits(_ value: Int, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(width - text.count, 0)) + text
  }
  let date = [digits(Int(parts.tm_year) + 1_900, 4), digits(Int(parts.tm_mon) + 1, 2), digits(Int(parts.tm_mday), 2)]
  let time = [Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)].map { digits($0, 2) }
  return "\(signal.name)-\(date.joined(separator: "-"))T\(time.joined(separator: "-"))"
    + ".\(digits(Int(milliseconds % 1_000), 3)).jsonl"
}

/// The names in a folder that are UTF-8.
func names(in folder: FilePath) -> [String] {
  guard let directory = folder.withCString({ opendir($0) }) else { return [] }
  defer { closedir(directory) }
  var result: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
      tuple.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
    }
    result.append(name)
  }
  return result
}

/// Waits until the names in a folder are on the disk.
func synchronizeFolder(_ folder: FilePath) throws(StoreError) {
  let descriptor = folder.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
  guard descriptor >= 0 else { throw .system("open", folder) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw .system("write", folder) }
}

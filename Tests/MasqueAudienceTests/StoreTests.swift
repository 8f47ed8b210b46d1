import Foundation
import Gzip
import MasqueWorkspace
import Synchronization
import Testing

@testable import MasqueAudience

@Suite("The store")
struct StoreTests {
  @Test("Lines are on the disk when they are answered for, in the order of each client")
  func appends() throws {
    try inFolder { folder in
      let store = try TelemetryStore(folder, .init(fileSize: 1 << 20, totalSize: 1 << 30, age: 30)) { 0 }
      let answered = Mutex(0)
      DispatchQueue.concurrentPerform(iterations: 8) { client in
        for number in 0..<50 {
          let done = DispatchSemaphore(value: 0)
          store.append(Array("{\"client\":\(client),\"number\":\(number)}\n".utf8), to: .logs) { result in
            #expect((try? result.get()) != nil)
            answered.withLock { $0 += 1 }
            done.signal()
          }
          done.wait()
        }
      }
      #expect(answered.withLock { $0 } == 400)
      let lines = try lines(folder, "logs.jsonl")
      for client in 0..<8 {
        #expect(
          lines.filter { $0.hasPrefix("{\"client\":\(client),") }
            == (0..<50).map { "{\"client\":\(client),\"number\":\($0)}" })
      }
      store.close()
      store.append([0x0A], to: .logs) { result in #expect(throws: TelemetryStore.Refusal.isClosed) { try result.get() }
      }
    }
  }

  @Test("Files are renamed by size and by day, and the oldest go")
  func rotation() throws {
    try inFolder { folder in
      let time = Mutex<Int64>(1_790_000_000_000)
      let limits = TelemetryStore.Limits(fileSize: 1_000, totalSize: 8_000, age: 5)
      let store = try TelemetryStore(folder, limits) { time.withLock { $0 } }
      let line = Array(("{\"x\":\"" + String(repeating: "y", count: 290) + "\"}\n").utf8)
      for _ in 0..<10 { append(line, to: store) }
      var names = try names(folder, "logs-")
      // Three lines a file; the first name is the time in UTC.
      #expect(names.count == 3)
      #expect(names.first == "logs-2026-09-21T14-13-20.000.jsonl")
      #expect(try self.lines(folder, "logs.jsonl").count == 1)
      for _ in 0..<40 { append(line, to: store) }
      names = try self.names(folder, "logs-")
      let total = try names.reduce(0) { try $0 + self.lines(folder, $1).joined().utf8.count }
      #expect(total <= 8_000)
      // Sixteen were renamed in one millisecond; the last of them are left.
      #expect(names.count == 7 || names.count == 8)
      #expect(names == (16 - names.count..<16).map { "logs-2026-09-21T14-13-20.0\($0 < 10 ? "0" : "")\($0).jsonl" })
      // Another day begins another file, and what is too old goes. The files' own times are today's.
      time.withLock { $0 = Int64(Date().timeIntervalSince1970 * 1_000) }
      append(line, to: store)
      #expect(try self.lines(folder, "logs.jsonl").count == 1)
      time.withLock { $0 += 6 * 86_400_000 }
      append(line, to: store)
      #expect(try self.names(folder, "logs-").isEmpty)
      store.close()
    }
  }

  @Test("A line beyond the limits of a file is kept whole")
  func longLine() throws {
    try inFolder { folder in
      let store = try TelemetryStore(folder, .init(fileSize: 100, totalSize: 1 << 20, age: 30)) { 0 }
      let line = Array(("{\"x\":\"" + String(repeating: "y", count: 5_000) + "\"}\n").utf8)
      for _ in 0..<3 { append(line, to: store) }
      #expect(try names(folder, "logs-").count == 2)
      #expect(try lines(folder, "logs.jsonl").map(\.utf8.count) == [line.count - 1])
      store.close()
    }
  }

  @Test("What waits is bounded")
  func backpressure() throws {
    try inFolder { folder in
      var limits = TelemetryStore.Limits(fileSize: 1 << 20, totalSize: 1 << 30, age: 30)
      limits.waiting = 1_000
      let store = try TelemetryStore(folder, limits) { 0 }
      let refused = Mutex(0)
      let taken = Mutex(0)
      let line = Array(("{\"x\":\"" + String(repeating: "y", count: 600) + "\"}\n").utf8)
      DispatchQueue.concurrentPerform(iterations: 200) { _ in
        store.append(line, to: .traces) { result in
          if (try? result.get()) != nil { taken.withLock { $0 += 1 } } else { refused.withLock { $0 += 1 } }
        }
      }
      store.close()
      #expect(taken.withLock { $0 } + refused.withLock { $0 } == 200)
      #expect(refused.withLock { $0 } > 0)
      #expect(try lines(folder, "traces.jsonl").count == taken.withLock { $0 })
    }
  }

  @Test("gzip has a limit, and damage is an error", arguments: [0, 1, 1_000, 1 << 20])
  func gzip(_ size: Int) throws {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* $0) }
    let compressed = try #require(gzipped(bytes))
    #expect(try unzip(compressed, limit: size) == bytes)
    if size > 0 { #expect(throws: GzipError.tooLarge) { try unzip(compressed, limit: size - 1) } }
    #expect(throws: GzipError.truncated) { try unzip(Array(compressed.dropLast()), limit: size) }
    var damaged = compressed
    damaged[damaged.count - 6] ^= 1
    #expect(throws: GzipError.damaged) { try unzip(damaged, limit: size) }
    #expect(try unzip(compressed + compressed, limit: 2 * size) == bytes + bytes)
  }

  private func unzip(_ bytes: [UInt8], limit: Int) throws -> [UInt8] {
    try bytes.withUnsafeBytes { try gunzipped($0, limit: limit) }
  }

  private func append(_ line: [UInt8], to store: TelemetryStore) {
    let done = DispatchSemaphore(value: 0)
    store.append(line, to: .logs) { result in
      #expect((try? result.get()) != nil)
      done.signal()
    }
    done.wait()
  }

  private func lines(_ folder: FilePath, _ name: String) throws -> [String] {
    let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    #expect(text.isEmpty || text.hasSuffix("\n"))
    return text.split(separator: "\n").map(String.init)
  }

  private func names(_ folder: FilePath, _ prefix: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.description).filter { $0.hasPrefix(prefix) }.sorted()
  }

  private func inFolder(_ body: (FilePath) throws -> Void) throws {
    let place = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: place) }
    try body(FilePath(place.path))
  }
}

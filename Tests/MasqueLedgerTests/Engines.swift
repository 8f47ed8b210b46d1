import Foundation
import MasqueWorkspace
import Synchronization
import Testing

@testable import MasqueLedger

/// A clock that tests turn.
final class ManualClock: Sendable {
  private let time = Mutex<UInt64>(1_700_000_000_000_000_000)
  var now: UInt64 { time.withLock { $0 } }
  func advance(milliseconds: UInt64) { time.withLock { $0 += milliseconds * 1_000_000 } }
  func goBack(milliseconds: UInt64) { time.withLock { $0 -= milliseconds * 1_000_000 } }
}

/// An engine that is tested, with its time.
struct TestedEngine: Sendable {
  var engine: any LedgerEngine
  /// Lets time pass.
  var wait: @Sendable (UInt64) -> Void
}

/// The engines that there are.
enum EngineKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case model
  case sqlite
  case tigerbeetle

  var testDescription: String { rawValue }

  /// The engines that this machine has. TigerBeetle is one of them where `MASQUES_TEST_TIGERBEETLE` names a server's
  /// addresses and `MASQUES_TEST_TIGERBEETLE_CLIENT` the client library.
  static var available: [EngineKind] { allCases.filter { $0 != .tigerbeetle || liveAddresses != nil } }

  func make() throws -> TestedEngine {
    let clock = ManualClock()
    switch self {
    case .model:
      return TestedEngine(engine: ReferenceModel(now: { clock.now }), wait: { clock.advance(milliseconds: $0) })
    case .sqlite:
      let folder = try TemporaryFolder()
      var options = SQLiteEngine.Options()
      options.isDurable = false
      options.now = { [folder] in
        _ = folder
        return clock.now
      }
      return TestedEngine(
        engine: try SQLiteEngine(path: folder.file("ledger.db"), options: options),
        wait: { clock.advance(milliseconds: $0) })
    case .tigerbeetle:
      return TestedEngine(
        engine: try liveEngine.get(), wait: { usleep(UInt32($0 + 300) * 1_000) })
    }
  }
}

let liveAddresses: [String]? = ProcessInfo.processInfo.environment["MASQUES_TEST_TIGERBEETLE"].flatMap {
  $0.isEmpty ? nil : $0.split(separator: ",").map(String.init)
}
let liveLibrary = ProcessInfo.processInfo.environment["MASQUES_TEST_TIGERBEETLE_CLIENT"]

/// A folder that goes away with the last who uses it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    let base = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    path = "\(base)/masque-ledger-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> MasqueWorkspace.FilePath { FilePath("\(path)/\(name)") }
}

/// The engine of the server that is given, one for all tests.
let liveEngine = Result<TigerBeetleEngine, EngineError> { () throws(EngineError) in
  var options = TigerBeetleEngine.Options(
    library: liveLibrary ?? "libtb_client.so", addresses: liveAddresses ?? [])
  options.deadline = 20_000
  return try TigerBeetleEngine(options)
}

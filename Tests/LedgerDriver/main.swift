// A ledger under load, for tests of what kills it and for measuring it. Never installed.
//
//   ledger-driver load FILE SEED        puts masques on and takes them off for ever; each line is an acknowledgement
//   ledger-driver check FILE            reads acknowledgements, asks for all of them again: nothing may change
//   ledger-driver pairs FILE COUNT      as many dons and doffs, each on the disk; gives pairs per second
//   ledger-driver import FILE COUNT     as many transfers in full batches; gives transfers per second
//   ledger-driver cluster LIBRARY ADDRESS callers|single|batches COUNT
//                                       as many transfers in a cluster; gives transfers per second

import Dispatch
import MasqueLedger
import MasqueModel
import MasqueRuntime
import MasqueWorkspace
import SystemIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

func stop(_ message: String) -> Never {
  try? SystemStreams().write(Array("ledger-driver: \(message)\n".utf8), to: .error)
  _exit(1)
}

func say(_ line: String) {
  do {
    try SystemStreams().write(Array((line + "\n").utf8), to: .output)
  } catch {
    _exit(0)
  }
}

/// The wearing of a number: the same for the same number.
func wearing(_ seed: UInt64, _ index: UInt64) -> (hold: HoldRequest, settlement: Settlement, isReleased: Bool) {
  let mixed = (seed &* 0x9E37_79B9_7F4A_7C15) ^ (index &* 0xBF58_476D_1CE4_E5B9)
  let value = UInt128(1_700_000_000_000 + index) << 80 | UInt128(seed) << 32 | UInt128(index & 0xFFFF_FFFF)
  guard let session = SessionID(value: value) else { stop("no session") }
  let hold = HoldRequest(
    session: session, payer: "ada", payee: .owner("author-\(mixed % 5)"), masque: "Codesmith",
    amount: Amount(micros: UInt128(mixed >> 8 % 1_000)), timeout: 86_400, at: Int64(1_700_000_000 + index))
  var rates = UserConfiguration.Rates()
  rates.perSession = Amount(micros: UInt128(mixed >> 16 % 1_200))
  let settlement = Settlement(
    hold: hold, price: Price(rates, seconds: 0, usage: nil), feeBasisPoints: 250, at: hold.at + 60)
  return (hold, settlement, mixed % 7 == 0)
}

/// Money from nowhere, so that nobody runs out of it: operators pay afterwards.
func ledger(_ home: String) -> ConfiguredLedger {
  var configuration = UserConfiguration()
  configuration.ledger.payment = .postpaid
  configuration.ledger.deadline = 30_000
  return ConfiguredLedger(LedgerSetup(home: FilePath(home), configuration: configuration, files: SystemFiles()))
}

func load(_ home: String, _ seed: UInt64) throws {
  let ledger = ledger(home)
  for index in 0..<UInt64.max {
    let (hold, settlement, isReleased) = wearing(seed, index)
    let held = try ledger.place(hold)
    say("H \(seed) \(index) \(held.amount.micros)")
    if isReleased {
      try ledger.release(hold)
      say("R \(seed) \(index)")
    } else {
      let receipt = try ledger.settle(settlement)
      say("S \(seed) \(index) \(receipt.paid.micros) \(receipt.fee.micros)")
    }
  }
}

/// Sums of all accounts, for comparing.
func sums(_ engine: SQLiteEngine) throws -> [Account] { try engine.queryAccounts(QueryFilter()) }

func check(_ home: String) throws {
  let engine = try SQLiteEngine(path: FilePath(home + "/ledger.db"))
  let problems = try engine.problems()
  guard problems.isEmpty else { stop("not whole: \(problems)") }
  let before = try sums(engine)
  let ledger = ledger(home)
  var ended: Set<String> = []
  var held: [(UInt64, UInt64)] = []
  var count = 0
  while let line = readLine() {
    let words = line.split(separator: " ").map(String.init)
    guard words.count >= 3, let seed = UInt64(words[1]), let index = UInt64(words[2]) else {
      stop("what is `\(line)`?")
    }
    let (hold, settlement, _) = wearing(seed, index)
    count += 1
    switch words[0] {
    case "H":
      let found = try engine.transfers([hold.session.value]).first
      guard let found, String(found.amount) == words[3] else { stop("lost: \(line)") }
      held.append((seed, index))
    case "S":
      let receipt = try ledger.settle(settlement)
      guard [String(receipt.paid.micros), String(receipt.fee.micros)] == [words[3], words[4]] else {
        stop("lost: \(line)")
      }
      ended.insert("\(seed) \(index)")
    default:
      try ledger.release(hold)
      ended.insert("\(seed) \(index)")
    }
  }
  // Holds that nobody saw ended can be asked for again, too, but for those that may have been given back unseen.
  for (seed, index) in held where !ended.contains("\(seed) \(index)") {
    let (hold, _, isReleased) = wearing(seed, index)
    if isReleased { continue }
    guard try ledger.place(hold).amount == hold.amount else { stop("another hold: \(seed) \(index)") }
  }
  guard try sums(engine) == before else { stop("asking again has changed something") }
  let problemsAfter = try engine.problems()
  guard problemsAfter.isEmpty else { stop("not whole: \(problemsAfter)") }
  say("ok \(count)")
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  let time = (ContinuousClock.now - start).components
  return Double(time.seconds) + Double(time.attoseconds) / 1e18
}

func pairs(_ path: String, _ count: Int) throws {
  let engine = try SQLiteEngine(path: FilePath(path))
  _ = try engine.createAccounts((1...3).map { Account(id: $0, ledger: 1, code: 1) })
  let time = try seconds {
    for index in 0..<UInt128(count) {
      let id = (1_700_000_000_000 + index) << 80
      let hold = Transfer(
        id: id | 1, debit: 1, credit: 2, amount: 500, ledger: 1, code: 2, flags: .pending, timeout: 86_400)
      let post = Transfer(
        id: id | 2, amount: 400, ledger: 0, code: 0, flags: [.postPending, .linked], pendingID: id | 1)
      let fee = Transfer(id: id | 3, debit: 2, credit: 3, amount: 10, ledger: 1, code: 3)
      guard try engine.createTransfers([hold]).allSatisfy({ $0.status == .created }),
        try engine.createTransfers([post, fee]).allSatisfy({ $0.status == .created })
      else { stop("refused") }
    }
  }
  say("\(Double(count) / time)")
}

func importing(_ path: String, _ count: Int) throws {
  let engine = try SQLiteEngine(path: FilePath(path))
  _ = try engine.createAccounts((1...64).map { Account(id: $0, ledger: 1, code: 1) })
  let batches = stride(from: 0, to: count, by: 8_189).map { (start: Int) -> [Transfer] in
    (start..<min(start + 8_189, count)).map { (index: Int) -> Transfer in
      let number = UInt128(index)
      let id: UInt128 = (1_700_000_000_000 + number) << 80
      return Transfer(
        id: id + 1, debit: number % 64 + 1, credit: (number + 1) % 64 + 1, amount: number, ledger: 1, code: 1)
    }
  }
  let time = try seconds {
    for batch in batches {
      guard try engine.createTransfers(batch).allSatisfy({ $0.status == .created }) else { stop("refused") }
    }
  }
  say("\(Double(count) / time)")
}

/// What `cluster_floor.c` does, through the engine.
func cluster(_ library: String, _ address: String, _ mode: String, _ count: Int) throws {
  var options = TigerBeetleEngine.Options(library: library, addresses: [address])
  options.deadline = 30_000
  let engine = try TigerBeetleEngine(options)
  let place: UInt128 = 8 << 64
  let run = UInt128(systemNanoseconds()) << 64
  _ = try engine.createAccounts((1...64).map { Account(id: place | $0, ledger: 9, code: 9) })
  let batch = mode == "batches" ? Int(getenv("BATCH").map { String(cString: $0) } ?? "8189") ?? 8_189 : 1
  @Sendable func transfers(_ first: Int, _ count: Int) throws {
    for start in stride(from: first, to: first + count, by: batch) {
      let events = (start..<min(start + batch, first + count)).map { (index: Int) -> Transfer in
        let number = UInt128(index)
        return Transfer(
          id: run | (number + 1), debit: place | (number % 64 + 1), credit: place | ((number + 1) % 64 + 1), amount: 1,
          ledger: 9, code: 9)
      }
      guard try engine.createTransfers(events).allSatisfy({ $0.status == .created }) else { stop("refused") }
    }
  }
  let callers = mode == "callers" ? 64 : 1
  let time = seconds {
    let threads = (0..<callers).map { caller in
      let thread = Thread {
        do { try transfers(count / callers * caller, count / callers) } catch { stop("\(error)") }
      }
      thread.start()
      return thread
    }
    for thread in threads { thread.join() }
  }
  say("\(Double(count / callers * callers) / time)")
}

/// A thread that can be waited for.
final class Thread: Sendable {
  private let body: @Sendable () -> Void
  private let semaphore = DispatchSemaphore(value: 0)

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }

  func start() {
    let reference = UInt(bitPattern: Unmanaged.passRetained(self).toOpaque())
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        if let argument {
          let thread = Unmanaged<Thread>.fromOpaque(argument).takeRetainedValue()
          thread.body()
          thread.semaphore.signal()
        }
        return nil
      }, UnsafeMutableRawPointer(bitPattern: reference))
    guard status == 0 else { stop("no thread") }
    pthread_detach(thread)
  }

  func join() { semaphore.wait() }
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 2 else { stop("load HOME SEED, check HOME, pairs FILE COUNT or import FILE COUNT") }
do {
  switch (arguments[0], arguments.count > 2 ? Int(arguments[2]) : 0) {
  case ("load", let seed?): try load(arguments[1], UInt64(seed))
  case ("check", _): try check(arguments[1])
  case ("pairs", let count?): try pairs(arguments[1], count)
  case ("import", let count?): try importing(arguments[1], count)
  case ("cluster", _) where arguments.count == 5:
    try cluster(arguments[1], arguments[2], arguments[3], Int(arguments[4]) ?? 0)
  default: stop("what is `\(arguments[0])`?")
  }
} catch {
  stop("\(error)")
}

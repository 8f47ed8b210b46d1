import Foundation
import GRDB
import MasqueWorkspace
import SeededRandom
import Testing

@testable import MasqueLedger

private func open(_ path: MasqueWorkspace.FilePath, deadline: Int = 5_000) throws(EngineError) -> SQLiteEngine {
  var options = SQLiteEngine.Options()
  options.deadline = deadline
  options.isDurable = false
  return try SQLiteEngine(path: path, options: options)
}

private func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    return "\(error)"
  }
}

/// Another program's connection, which holds to nothing.
private func stranger(_ path: String) throws -> DatabaseQueue {
  var configuration = GRDB.Configuration()
  configuration.foreignKeysEnabled = false
  return try DatabaseQueue(path: path, configuration: configuration)
}

/// A ledger with two accounts and some transfers.
private func filled(_ path: MasqueWorkspace.FilePath, _ count: Int = 300) throws {
  let engine = try open(path)
  _ = try engine.createAccounts([
    Account(id: 1, ledger: 1, code: 1), Account(id: 2, ledger: 1, code: 1, flags: .history),
  ])
  for start in stride(from: 0, to: count, by: 100) {
    let transfers = (start..<(start + 100)).map { index in
      Transfer(
        id: UInt128(index + 1), debit: 1, credit: 2, amount: UInt128(index), ledger: 1, code: 1,
        flags: index % 7 == 0 ? .pending : [])
    }
    #expect(try engine.createTransfers(transfers).allSatisfy { $0.status == .created })
  }
  // Into the main file, so that there is something in it to be damaged.
  try engine.write { try $0.execute(sql: "PRAGMA user_version = 1") }
  try engine.look { _ in }
}

private func checkpoint(_ path: MasqueWorkspace.FilePath) throws {
  let queue = try DatabaseQueue(path: path.description)
  try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
  try queue.close()
}

@Suite("The ledger's file")
struct FileTests {
  @Test("It is its owner's alone, and so are the files beside it")
  func modes() throws {
    let folder = try TemporaryFolder()
    let engine = try open(folder.file("ledger.db"))
    _ = try engine.createAccounts([Account(id: 1, ledger: 1, code: 1)])
    for name in ["ledger.db", "ledger.db-wal", "ledger.db-shm"] {
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(name)")
      #expect((attributes[.posixPermissions] as? Int) == 0o600, "\(name)")
    }
  }

  @Test("History can't be changed", arguments: LedgerSchema.historyTables)
  func appendOnly(_ table: String) throws {
    let folder = try TemporaryFolder()
    try filled(folder.file("ledger.db"), 100)
    let queue = try stranger(folder.path + "/ledger.db")
    try queue.write { database in
      try database.execute(sql: "INSERT INTO failed_ids VALUES (zeroblob(16))")
      try database.execute(sql: "INSERT INTO names VALUES (zeroblob(16), 'author', 'x')")
      try database.execute(sql: "INSERT INTO notes VALUES (zeroblob(16), '{}')")
      try database.execute(sql: "INSERT INTO resolutions VALUES (1, 1, 1)")
    }
    for sql in ["DELETE FROM \(table)", "UPDATE \(table) SET rowid = rowid", "UPDATE \(table) SET id = id"] {
      let failure = message { try queue.write { try $0.execute(sql: sql) } }
      #expect(failure.contains("history is never changed") || failure.contains("no such column"), "\(sql): \(failure)")
    }
  }

  @Test("There is no number with a point in it")
  func noReal() throws {
    let folder = try TemporaryFolder()
    let engine = try open(folder.file("ledger.db"))
    let types = try engine.look { database in
      try String.fetchAll(
        database,
        sql: "SELECT DISTINCT c.type FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'")
    }
    #expect(Set(types) == ["INTEGER", "BLOB", "TEXT"])
    let strict = try engine.look { try String.fetchAll($0, sql: "SELECT sql FROM sqlite_master WHERE type = 'table'") }
    #expect(strict.allSatisfy { $0.contains("STRICT") })
  }

  @Test("Full durability is on")
  func pragmas() throws {
    let folder = try TemporaryFolder()
    let engine = try SQLiteEngine(path: folder.file("ledger.db"))
    #expect(try engine.look { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
    #expect(try engine.look { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
  }

  @Test("What is no ledger is left alone")
  func strangers() throws {
    let folder = try TemporaryFolder()
    try Data("this is no database at all, and long enough to be looked at".utf8)
      .write(to: URL(fileURLWithPath: folder.path + "/text.db"))
    #expect(message { _ = try open(folder.file("text.db")) }.contains("no ledger"))
    let other = try DatabaseQueue(path: folder.path + "/other.db")
    try other.write { try $0.execute(sql: "CREATE TABLE t (a)") }
    #expect(message { _ = try open(folder.file("other.db")) }.contains("a database, but no ledger"))
    #expect(try other.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") } == 1)
    try filled(folder.file("newer.db"), 100)
    let newer = try DatabaseQueue(path: folder.path + "/newer.db")
    try newer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 9") }
    #expect(message { _ = try open(folder.file("newer.db")) }.contains("version 9"))
    #expect(message { _ = try open(folder.file("missing/ledger.db")) }.contains("can't be opened"))
    try FileManager.default.createDirectory(atPath: folder.path + "/folder.db", withIntermediateDirectories: true)
    #expect(message { _ = try open(folder.file("folder.db")) }.contains("can't be opened"))
  }

  @Test("Somebody else's lock is waited for, and no longer than the deadline")
  func busy() throws {
    let folder = try TemporaryFolder()
    let engine = try open(folder.file("ledger.db"), deadline: 200)
    let other = try DatabaseQueue(path: folder.path + "/ledger.db")
    try other.writeWithoutTransaction { database in
      try database.inTransaction(.immediate) {
        let start = ContinuousClock.now
        let text = message { _ = try engine.createAccounts([Account(id: 1, ledger: 1, code: 1)]) }
        #expect(text.contains("is busy"), "\(text)")
        #expect(ContinuousClock.now - start < .seconds(5))
        return .rollback
      }
    }
    #expect(try engine.createAccounts([Account(id: 1, ledger: 1, code: 1)]).first?.status == .created)
  }

  @Test("Many who open it at once make one ledger")
  func openedAtOnce() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("ledger.db")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for id in 1...16 as ClosedRange<UInt128> {
        group.addTask {
          let engine = try open(path)
          #expect(try engine.createAccounts([Account(id: id, ledger: 1, code: 1)]).first?.status == .created)
        }
      }
      try await group.waitForAll()
    }
    #expect(try open(path).queryAccounts(QueryFilter()).count == 16)
  }

  @Test(
    "A changed row is recognised, when it is read and by the check",
    arguments: [
      "UPDATE balances SET credits_posted = zeroblob(16)",
      "UPDATE balances SET debits_pending = x'000000000000000000000000000000FF' WHERE account = 1",
      "DROP TRIGGER transfers_no_update; UPDATE transfers SET amount = x'000000000000000000000000000F4240' WHERE rowid % 2",
      "DROP TRIGGER accounts_no_update; UPDATE accounts SET flags = 0, code = 4",
    ])
  func changedRows(_ sql: String) throws {
    let folder = try TemporaryFolder()
    try filled(folder.file("ledger.db"))
    let queue = try stranger(folder.path + "/ledger.db")
    try queue.write { database in try database.execute(sql: sql.replacing("account = 1", with: "1")) }
    let engine = try open(folder.file("ledger.db"))
    #expect(try engine.problems().isEmpty == false)
    #expect(
      message {
        _ = try engine.accounts([1, 2])
        _ = try engine.transfers((1...300).map { $0 })
      }.contains("damaged"))
  }

  @Test(
    "A missing row is found by the check",
    arguments: [
      "DROP TRIGGER transfers_no_delete; DELETE FROM transfers WHERE id = x'00000000000000000000000000000005'",
      "DROP TRIGGER transfers_no_delete; DELETE FROM transfers WHERE id = x'00000000000000000000000000000001'",
      "DELETE FROM balances WHERE 1", "DELETE FROM open_holds",
      "DROP TRIGGER account_history_no_delete; DELETE FROM account_history WHERE timestamp % 3 = 0",
    ])
  func missingRows(_ sql: String) throws {
    let folder = try TemporaryFolder()
    try filled(folder.file("ledger.db"))
    let queue = try stranger(folder.path + "/ledger.db")
    try queue.write { try $0.execute(sql: sql) }
    #expect(try open(folder.file("ledger.db")).problems().isEmpty == false)
  }

  /// All accounts and transfers, or why they can't be had.
  private func everything(_ path: MasqueWorkspace.FilePath) -> Result<([Account], [Transfer], [String]), any Error> {
    Result {
      let engine = try open(path)
      return (try engine.accounts([1, 2]), try engine.queryTransfers(QueryFilter()), try engine.problems())
    }
  }

  @Test("Torn pages never give a wrong balance", arguments: 0..<120)
  func tornPages(_ seed: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("ledger.db")
    try filled(path)
    try checkpoint(path)
    let (accounts, transfers, problems) = try everything(path).get()
    #expect(problems.isEmpty)
    let balances = try stranger(path.description).read {
      try Int.fetchOne($0, sql: "SELECT rootpage FROM sqlite_master WHERE name = 'balances'")
    }
    let root = try #require(balances)
    try? FileManager.default.removeItem(atPath: path.description + "-wal")
    try? FileManager.default.removeItem(atPath: path.description + "-shm")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path.description))
    var random = SplitMix64(seed: UInt64(seed))
    var page = Int.random(in: 0..<(bytes.count / 4_096), using: &random) * 4_096
    // Any page, and those with the balances, which are few.
    if seed % 2 == 0 { page = (root - 1) * 4_096 }
    let used = (page..<(page + 4_096)).filter { bytes[$0] != 0 }
    switch seed % 3 {
    case 0: bytes.replaceSubrange((page + 2_048)..<(page + 4_096), with: Data(count: 2_048))
    case 1: for _ in 0..<8 { if let place = used.randomElement(using: &random) { bytes[place] ^= 0x55 } }
    default: bytes.replaceSubrange(page..<(page + 4_096), with: bytes[(bytes.count - 4_096)...])
    }
    try bytes.write(to: URL(fileURLWithPath: path.description))
    switch everything(path) {
    case .failure(let error): #expect(error is EngineError)
    case .success((let foundAccounts, let foundTransfers, let foundProblems)):
      // Either nothing that means anything was hit, or the check says so.
      if foundProblems.isEmpty {
        #expect(foundAccounts == accounts)
        #expect(foundTransfers == transfers)
      }
      for account in foundAccounts where !accounts.contains(account) {
        Issue.record("a wrong balance: \(account)")
      }
    }
  }

  @Test("A truncated log gives an earlier state that is right, or an error", arguments: 0..<40)
  func truncatedLog(_ seed: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("ledger.db")
    let engine = try open(path)
    var states: [[Account]] = [[]]
    _ = try engine.createAccounts([Account(id: 1, ledger: 1, code: 1), Account(id: 2, ledger: 1, code: 1)])
    states.append(try engine.accounts([1, 2]))
    for id in 1...30 as ClosedRange<UInt128> {
      _ = try engine.createTransfers([Transfer(id: id, debit: 1, credit: 2, amount: id, ledger: 1, code: 1)])
      states.append(try engine.accounts([1, 2]))
    }
    // As a loss of power leaves it: the files as they are, the log cut anywhere.
    let copy = try TemporaryFolder()
    var log = try Data(contentsOf: URL(fileURLWithPath: path.description + "-wal"))
    var random = SplitMix64(seed: UInt64(seed))
    log = log.prefix(Int.random(in: 0...log.count, using: &random))
    if seed % 2 == 0, log.count > 100 { log[log.count - 50] ^= 0xFF }
    try log.write(to: URL(fileURLWithPath: copy.path + "/ledger.db-wal"))
    try FileManager.default.copyItem(atPath: path.description, toPath: copy.path + "/ledger.db")
    do {
      let engine = try open(copy.file("ledger.db"))
      let found = try engine.accounts([1, 2])
      #expect(states.contains(found), "\(found)")
      #expect(try engine.problems() == [])
      // It goes on from there.
      _ = try engine.createAccounts([Account(id: 1, ledger: 1, code: 1), Account(id: 2, ledger: 1, code: 1)])
      let next = Transfer(id: 99, debit: 1, credit: 2, amount: 1, ledger: 1, code: 1)
      #expect(try engine.createTransfers([next]).first?.status == .created)
    } catch {
      #expect("\(error)".contains("ledger"))
    }
  }
}

import GRDB
import MasqueWorkspace

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file is a database, but nobody's ledger.
struct NoLedger: Error {}

/// The file was written by a newer program.
struct NewerLedger: Error {
  /// The version of its tables.
  var version: Int
}

/// The system refused a file.
struct SystemError: Error {
  /// `errno`.
  var code: Int32
}

/// Makes an empty file that only its owner can read, where there is none. SQLite gives its other files the same mode.
func makePrivateFile(_ path: FilePath) throws {
  let descriptor = open(path.description, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
  guard descriptor >= 0 else { throw SystemError(code: errno) }
  close(descriptor)
}

/// What tells a file from another one of its name.
struct FileIdentity: Equatable {
  private var device: UInt64
  private var number: UInt64

  /// The file that a path names; nil for none.
  init?(_ path: FilePath) {
    var status = stat()
    guard stat(path.description, &status) == 0 else { return nil }
    device = UInt64(truncatingIfNeeded: status.st_dev)
    number = UInt64(truncatingIfNeeded: status.st_ino)
  }
}

/// What an error of the database means to those who use the ledger.
func engineError(_ error: any Error, _ path: FilePath, _ deadline: Int) -> EngineError {
  let restore = "put it aside and restore a copy, or `masque ledger verify` tells what is wrong with it"
  switch error {
  case let error as EngineError: return error
  case let error as DamagedRow: return .failed("the ledger \(path) is damaged: \(error.what); \(restore)")
  case is NoLedger: return .failed("\(path) is a database, but no ledger; move it elsewhere")
  case let error as NewerLedger:
    return .failed(
      "the ledger \(path) has tables of version \(error.version), and this program knows version \(LedgerSchema.version): "
        + "update it")
  case let error as SystemError:
    return .unavailable("the ledger \(path) can't be opened: \(String(cString: strerror(error.code)))")
  case let error as DatabaseError: return engineError(error, path, deadline, restore)
  default: return .failed("the ledger \(path): \(error)")
  }
}

private func engineError(
  _ error: DatabaseError, _ path: FilePath, _ deadline: Int, _ restore: String
) -> EngineError {
  let message = error.message ?? "\(error.resultCode)"
  let full = "the disk of the ledger \(path) is full; nothing was written"
  switch error.resultCode.primaryResultCode {
  case .SQLITE_BUSY, .SQLITE_LOCKED:
    return .unavailable("the ledger \(path) is busy: another program has held it for \(deadline) ms; try again")
  case .SQLITE_FULL: return .unavailable(full)
  // Where there is no room for the shared memory beside the file, SQLite calls it an I/O error.
  case .SQLITE_IOERR where isFull(path):
    return .unavailable(full)
  case .SQLITE_IOERR: return .unavailable("the disk of the ledger \(path) has failed (\(message))")
  case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
    return .unavailable("the ledger \(path) can't be opened for writing: \(message)")
  case .SQLITE_NOTADB: return .failed("\(path) is no ledger, or its beginning is destroyed; \(restore)")
  case .SQLITE_CORRUPT: return .failed("the ledger \(path) is damaged: \(message); \(restore)")
  default: return .failed("the ledger \(path): \(message)")
  }
}

/// Whether the disk of a file has no room for a few pages.
private func isFull(_ path: FilePath) -> Bool {
  var status = statvfs()
  guard statvfs(path.parent.description, &status) == 0 else { return false }
  return UInt64(status.f_bavail) * UInt64(status.f_frsize) < 1 << 16
}

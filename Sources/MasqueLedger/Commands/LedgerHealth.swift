import MasqueCommands
import MasqueModel
public import MasqueRuntime
import MasqueWorkspace

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension HealthCheck {
  /// Whether the file with the ledger, or with a cluster's words, is one, and what waits to be posted. Without a file there
  /// is nothing to say, and none is made.
  public static let ledgerBooks = HealthCheck("ledger-books") { context in
    guard let home = context.home else { return [] }
    return ledgerHealth(LedgerSetup(home: home, configuration: context.configuration, files: context.files))
  }

  /// TigerBeetle's client library, and what it needs of this machine. Nothing is loaded: it may end the process.
  public static let tigerBeetleClient = HealthCheck("tigerbeetle-client") { context in
    let ledger = context.configuration.ledger
    guard ledger.engine == .tigerbeetle else { return [] }
    return clientHealth(
      ClientLibrary.find(ledger.clientLibrary?.description, environment: context.doctor.environment),
      missing: missingRequirement())
  }
}

/// What there is to say about the files of the ledger.
func ledgerHealth(_ setup: LedgerSetup) -> [DoctorCommand.Check] {
  let name = "ledger-books"
  var checks: [DoctorCommand.Check] = []
  if (try? setup.files.kind(of: setup.path, followingLinks: true)) == .file {
    do throws(EngineError) {
      let count = try setup.file().look { try LocalNotes.names(in: $0).count }
      checks.append(.init(name, .ok, "\(setup.path) is a ledger, of \(count) account\(count == 1 ? "" : "s")"))
    } catch {
      switch error {
      case .unavailable(let message):
        checks.append(.init(name, .notice, message, remedy: "`masque ledger verify` looks again"))
      case .failed(let message):
        checks.append(
          .init(name, .missing, message, remedy: "put back a copy of it, or move it away: a new one has no money in it")
        )
      }
    }
  }
  do throws(LedgerError) {
    let waiting = try setup.journal.entries()
    if let first = waiting.first {
      let count = waiting.count
      checks.append(
        .init(
          name, .notice, "\(count) movement\(count == 1 ? " waits" : "s wait") to be posted, first \(first.summary)",
          remedy: "`masque ledger balance --all` posts them once the ledger answers"))
    }
  } catch {
    checks.append(
      .init(name, .missing, words(error), remedy: "`masque ledger verify`, once the line is mended or taken out"))
  }
  return checks
}

private func words(_ error: LedgerError) -> String {
  switch error {
  case .unavailable(let message), .failed(let message): message
  case .paymentRequired(let needed, let available): "\(needed.text) USD are needed and \(available.text) USD are there"
  }
}

/// What there is to say about the client.
///
/// - Parameters:
///   - path: where the library was found, or its name if it was found nowhere.
///   - missing: what the machine lacks of what it needs, and how that may be had.
/// - Returns: a finding about each.
func clientHealth(_ path: String, missing: String?) -> [DoctorCommand.Check] {
  let name = "tigerbeetle-client"
  let remedy =
    "`pip install tigerbeetle` brings it; name it as `ledger.client_library` in \(UserConfiguration.fileName)"
  var checks: [DoctorCommand.Check] = []
  if !path.contains("/") {
    checks.append(.init(name, .missing, "TigerBeetle's client library, \(path), is nowhere", remedy: remedy))
  } else if access(path, R_OK) != 0 {
    checks.append(.init(name, .missing, "\(path) can't be read: \(String(cString: strerror(errno)))", remedy: remedy))
  } else {
    checks.append(.init(name, .ok, "TigerBeetle's client library is \(path)"))
  }
  if let missing {
    // What is missing, and what helps against it.
    let parts = missing.split(separator: ";", maxSplits: 1)
    checks.append(
      .init(
        name, .missing, String(parts.first ?? ""),
        remedy: parts.count > 1 ? parts[1].drop { $0 == " " }.description : "use `engine: sqlite` here"))
  } else {
    checks.append(.init(name, .ok, "the processor and the kernel have what it needs"))
  }
  return checks
}

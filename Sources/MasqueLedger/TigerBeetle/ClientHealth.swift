import MasqueCommands
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
  /// TigerBeetle's client library, and what it needs of this machine. Nothing is loaded: it may end the process.
  public static let tigerBeetleClient = HealthCheck("tigerbeetle-client") { context in
    let ledger = context.configuration.ledger
    guard ledger.engine == .tigerbeetle else { return [] }
    return clientHealth(
      ClientLibrary.find(ledger.clientLibrary?.description, environment: context.doctor.environment),
      missing: missingRequirement())
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

import JSON
import MasqueModel
import MasqueWorkspace
import NIOCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The files of the receiver.
struct AudienceFiles {
  /// Where telemetry is: its owner's alone.
  var folder: FilePath

  init(home: FilePath) { folder = home.appending("telemetry".utf8) }

  /// Whoever holds it is the one that writes.
  var lock: FilePath { folder.appending("audience.lock".utf8) }
  /// What the running receiver says of itself.
  var state: FilePath { folder.appending("audience.json".utf8) }
  /// What it has to tell.
  var log: FilePath { folder.appending("audience.log".utf8) }
}

/// Receives until it is asked to end.
func serve(_ command: ServeCommand, _ host: AudienceHost) -> AudienceStatus {
  guard let home = host.home else {
    host.log("error: it is not known where telemetry goes: set MASQUES_HOME, or HOME")
    return .usage
  }
  let places = AudienceFiles(home: home)
  umask(0o077)
  do throws(FileError) {
    try host.files.makeFolder(places.folder, isPrivate: true)
  } catch {
    host.log("error: \(error)")
    return .usage
  }
  if command.detach { return detach(command, places, host) }
  if command.background { host.leaveSession() }
  // A client that goes away while it is answered is no reason to end.
  signal(SIGPIPE, SIG_IGN)
  do throws(FileError) {
    let lock = try onlyLock(places, host)
    return withExtendedLifetime(lock) { serveAlone(command, places, host) }
  } catch {
    host.log(error.reason == .busy ? "error: another receiver writes in \(places.folder)" : "error: \(error)")
    return .usage
  }
}

/// The lock of the one receiver. Whoever looks whether one runs has it for an instant, and one that begins or ends has it
/// without having said so: these are waited for, for two seconds. One that runs is not: when that is stopped nobody is to
/// take its place who was started beside it.
private func onlyLock(_ places: AudienceFiles, _ host: AudienceHost) throws(FileError) -> any FileLock {
  for _ in 0..<200 {
    do throws(FileError) {
      return try host.files.lock(places.lock, waiting: 0)
    } catch {
      guard error.reason == .busy, !isReceiverRunning(places, host) else { throw error }
    }
    _ = poll(nil, 0, 10)
  }
  return try host.files.lock(places.lock, waiting: 0)
}

/// Whether the process that called itself the receiver last is there.
private func isReceiverRunning(_ places: AudienceFiles, _ host: AudienceHost) -> Bool {
  guard let bytes = try? host.files.read(places.state, maximumLength: 1 << 16),
    let number = (try? JSONValue(parsing: bytes))?["pid"]?.integerValue, let process = Int32(exactly: number),
    process > 1
  else { return false }
  return kill(process, 0) == 0 || errno == EPERM
}

private func detach(_ command: ServeCommand, _ places: AudienceFiles, _ host: AudienceHost) -> AudienceStatus {
  var arguments = ["serve", "--background"]
  if let port = command.port { arguments += ["--port", String(port)] }
  if let port = command.healthPort { arguments += ["--health-port", String(port)] }
  shortenLog(places.log, host)
  guard let reason = host.startAgain(arguments, places.log) else { return .success }
  host.log("error: \(reason)")
  return .usage
}

/// Keeps one earlier log beside the current one.
private func shortenLog(_ log: FilePath, _ host: AudienceHost) {
  guard let stamp = host.files.stamp(of: log), stamp.length > 4 << 20 else { return }
  try? host.files.rename(log, to: "audience.log.1")
}

private func serveAlone(
  _ command: ServeCommand, _ places: AudienceFiles, _ host: AudienceHost
) -> AudienceStatus {
  let loaded = host.configuration
  if let refusal = loaded.refusal {
    host.log("error: \(refusal)")
    return .usage
  }
  let settings = loaded.configuration.telemetry
  let limits = TelemetryStore.Limits(
    fileSize: settings.maximumFileSize, totalSize: settings.maximumTotalSize, age: settings.maximumAge)
  let store: TelemetryStore
  let receiver: Receiver
  do throws(StoreError) {
    store = try TelemetryStore(places.folder, limits, milliseconds: host.milliseconds)
    if store.recovered > 0 { host.log("mended: \(store.recovered) bytes of unfinished lines removed") }
    var choices = Receiver.Settings(
      port: command.port ?? settings.port, healthPort: command.healthPort ?? settings.healthPort)
    choices.patience.head = .milliseconds(Int64(command.headTimeout))
    choices.patience.body = .milliseconds(Int64(command.bodyTimeout))
    choices.patience.idle = .milliseconds(Int64(command.idleTimeout))
    receiver = Receiver(store, choices, now: host.now)
  } catch {
    host.log("error: \(error.message)")
    return .usage
  }
  // Before anybody can connect: from here on a request to end is one to end in order.
  _ = host.pause(0)
  do throws(StoreError) {
    let ports = try receiver.listen()
    let state: JSONObject = [
      "pid": .integer(Int64(getpid())), "port": .integer(Int64(ports.port)),
      "healthPort": .integer(Int64(ports.healthPort)), "since": .string(host.now().text),
      "version": .string(projectVersion),
    ]
    do throws(FileError) {
      try host.files.writePrivate(places.state, Array((JSONValue.object(state).text(.line) + "\n").utf8))
    } catch {
      throw StoreError(error.description)
    }
    host.log("listening on http://127.0.0.1:\(ports.port), health on http://127.0.0.1:\(ports.healthPort)")
  } catch {
    host.log("error: \(error.message)")
    receiver.stop()
    return .usage
  }
  let copies = Copies(host, places.folder.parent)
  var problem: String?
  var minute = host.milliseconds() / 60_000
  while host.pause(1_000) {
    if store.currentProblem != problem {
      problem = store.currentProblem
      host.log(problem.map { "error: telemetry is not kept: \($0)" } ?? "telemetry is kept again")
    }
    copies.tick()
    if host.milliseconds() / 60_000 != minute {
      minute = host.milliseconds() / 60_000
      store.maintain()
    }
  }
  host.log("stopping")
  receiver.stop()
  try? host.files.remove(places.state)
  let figures = receiver.health
  host.log("stopped after \(figures.requests) requests")
  return .success
}

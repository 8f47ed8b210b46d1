import JSON
public import MasqueCommands
import MasqueModel
public import MasqueWorkspace

/// The wearings that are known: that of this project which is on, and those that are over.
public struct SessionHistory: Sendable {
  /// The wearing that is on, until now.
  public var active: SessionWindow?
  /// The file of the masque that is worn.
  public var activePath: FilePath?
  /// Those that are over, each once, in the order in which they ended.
  public var ended: [SessionRecord] = []

  /// The file in `${MASQUES_HOME}` with a record of each wearing that is over, one on each line.
  public static let fileName = "sessions.jsonl"
}

extension SessionRecord {
  /// The time in which the masque was worn.
  public var window: SessionWindow {
    SessionWindow(
      session: session, agentSession: agentSession, masque: masque, start: donnedAt, end: doffedAt)
  }
}

extension Runtime {
  /// The wearings that are known. Lines that can't be understood are passed over.
  ///
  /// - Parameter context: where they are looked for.
  /// - Returns: the wearings.
  /// - Throws: why they can't be read.
  public func sessionHistory(_ context: CommandContext) throws(CommandError) -> SessionHistory {
    let store = try Wearer.store(self, context)
    var history = SessionHistory()
    if let active = try store.read().active {
      let now = now().nextWholeMillisecond
      let end = active.expiresAt.map { min($0, now) } ?? now
      history.active = SessionWindow(
        session: active.session, agentSession: active.agentSession, masque: active.name,
        start: active.donnedAt,
        end: max(end, active.donnedAt))
      history.activePath = active.path
    }
    let path = store.home.appending(SessionHistory.fileName.utf8)
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try context.files.read(path, maximumLength: 256 << 20)
    } catch {
      if error.reason == .notFound { return history }
      throw CommandError(.file, "\(path): \(error.message)")
    }
    // A record may be there again, as it was paid later: the last word counts.
    var places: [SessionID: Int] = [:]
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let value = try? JSONValue(parsing: Array(line)),
        let record = try? JSONValueDecoder().decode(SessionRecord.self, from: value)
      else { continue }
      if let place = places[record.session] {
        history.ended[place] = record
      } else {
        places[record.session] = history.ended.count
        history.ended.append(record)
      }
    }
    history.ended.sort { ($0.doffedAt, $0.session) < ($1.doffedAt, $1.session) }
    return history
  }
}

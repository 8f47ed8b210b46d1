import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueCommands
import MasqueModel
import MasqueWorkspace

/// When it is to be read again what is worn, and which wearings are over. Reading is for a thread of its own: the loop
/// never waits for a disk.
struct WearingWatch {
  /// What is worn, as far as it has been read.
  fileprivate(set) var worn = WornMasques()
  /// Whether something may have changed since the last reading was begun.
  var isDue = false
  fileprivate var isReading = false
  /// The wearings that were found to be over. Each is settled once; what goes wrong then is left to the next command.
  fileprivate var settled: Set<String> = []
  fileprivate var alarm: Task<Void, Never>?

  /// Ends the waiting for the end of a wearing.
  mutating func close() {
    alarm?.cancel()
    alarm = nil
  }
}

/// How long the server sleeps at most before it looks at the clock again: it may have been put forward.
private let longestNap: Int64 = 600

extension Server {
  /// Begins to read what is worn, once no message waits.
  func readWearing() {
    guard case .running = phase, wearing.isDue, !wearing.isReading, inbox.isEmpty else { return }
    var folders = Set(watch.folders)
    for document in documents.all where document.isMasque {
      if let folder = workFolder(of: document.path, watch.folders) { folders.insert(folder) }
    }
    wearing.isDue = false
    wearing.isReading = true
    let read = { @Sendable [inbox, commandHost, folders] in inbox.put(.wearingRead(WornMasques(folders, commandHost))) }
    if !startThread(read) { Task.detached(priority: .utility) { read() } }
  }

  /// Takes over what was read.
  func finishReadingWearing(_ worn: WornMasques) {
    wearing.isReading = false
    guard case .running(let client) = phase else { return }
    if worn != wearing.worn {
      wearing.worn = worn
      if client.refreshesCodeLenses, settings.showsCodeLenses { ask(LSP.CodeLensRefreshRequest.self) }
    }
    watchExpiry()
  }

  /// Whether clients tell whenever what is worn changes.
  var isToldOfWearing: Bool {
    watch.isToldOfFiles
      && wearing.worn.projects.values.allSatisfy { project in
        watch.folders.contains { project.folder.relative(to: $0) != nil }
      }
  }

  /// Has wearings settled whose lifetime is over, and waits for the next one.
  func watchExpiry() {
    wearing.close()
    let now = commandHost.environment.now()
    while let next = wearing.worn.nextExpiry(besides: wearing.settled) {
      guard next.at <= now else {
        let rest = min(max(next.at.seconds.subtractingReportingOverflow(now.seconds).partialValue, 0) + 1, longestNap)
        wearing.alarm = Task.detached { [inbox] in
          guard (try? await Task.sleep(for: .seconds(rest))) != nil else { return }
          inbox.put(.wearingDue)
        }
        return
      }
      wearing.settled.insert(next.wearing)
      settle(in: next.folder)
    }
  }

  /// Lets the sibling find that a wearing is over: then it is paid, and the agent's settings are as before.
  private func settle(in folder: FilePath) {
    let turn = sibling.changes.take()
    Task.detached { [sibling, connection, inbox, log, files = commandHost.files, settings = settings.sibling] in
      let order = Sibling.Order(
        command: IDCommand.description.name, argument: [:], folder: terminalFolder(for: folder, in: files),
        settings: settings)
      switch await sibling.run(order, turn, onProgress: { _, _ in }) {
      case .success(let result):
        guard let ended = result["ended"], let words = sentence(about: ended) else { break }
        connection.notify(LSP.ShowMessageNotification.self, LSP.ShowMessageParams(type: .info, message: words))
      case .failure(let fault): log.note("a wearing that is over could not be settled: \(fault.message)")
      }
      inbox.put(.wearingDue)
    }
  }
}

import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueWorkspace

/// The server. One loop, on the thread that calls `run`, owns all state that changes and takes messages in their
/// order. Notifications are applied on it at once. A request sees the state at its place in that order and is answered
/// there, if that is a matter of microseconds, or by a task.
final class Server {
  /// What wakes the loop.
  enum Event: Sendable {
    /// The client has said something.
    case incoming(Incoming)
    /// A task has the answer to a request: its number, and the response in bytes.
    case answered(RequestID, number: Int, [UInt8])
    /// A task has the diagnostics of a document: the revision, and the notification in bytes.
    case diagnosed(uri: String, revision: Int, [UInt8])
    /// A task has read the workspace.
    case workspaceRead(Reading)
    /// The author no longer wants the workspace to be read.
    case readingStopped
    /// A task asks the client for something, and what is to be done with the answer.
    case asking(RequestMessage, @Sendable (Result<JSONValue, ResponseError>) -> Void)
    /// A task no longer wants an answer.
    case withdrawing(RequestID)
    /// A task has a notification for the client, in bytes.
    case notifying([UInt8])
    /// A thread has read what is worn.
    case wearingRead(WornMasques)
    /// What is worn may be something else now.
    case wearingDue
    /// A client that was asked for its settings takes its time.
    case settingsLate
    /// The client's process is gone.
    case clientGone
  }

  /// Where the session stands (LSP 3.17 § Lifecycle Messages).
  enum Phase {
    /// Before `initialize`.
    case starting
    /// Between `initialize` and `shutdown`.
    case running(ClientProfile)
    /// After `shutdown`.
    case shutDown
  }

  /// What wakes the loop, in the order of its coming.
  let inbox = Inbox<Event>()
  /// Lines about the server's own work.
  let log: Log
  /// Ends the process when the loop does not, after the client has gone.
  let abandon: @Sendable () -> Void
  var writer: MessageWriter
  var phase = Phase.starting
  var trace = LSP.TraceValue.off
  var documents = OpenDocuments()
  /// The last revision given to a document. The first is random: a client may remember one from an earlier server.
  var revision = Int.random(in: 0..<(1 << 40))
  var requests = RunningRequests()
  /// The tokens that the client may have.
  let tokens = SemanticTokensMemory()
  var publisher = DiagnosticPublisher()
  /// Reads what nobody has open.
  let workspaceReader: WorkspaceReader
  var watch = WorkspaceWatch()
  /// What is on disk, as far as it has been read.
  var index: WorkspaceIndex
  /// How masques are checked, as far as it is known.
  var checks: CheckStore
  /// What the person at the editor wants.
  var settings = EditorSettings()
  /// The settings that came with `initialize`.
  var initializationOptions = JSONValue.null
  /// The requests for the diagnostics of all files that wait until all files are checked.
  var pendingReports: [(id: RequestID, number: Int, params: LSP.WorkspaceDiagnosticParams)] = []
  /// How many questions about settings the client has not answered.
  var awaitedSettings = 0
  /// Whether a question about settings was waited for in vain since the client last answered one.
  var isLateWithSettings = false
  /// The requests for a document's diagnostics that wait for settings, in their order.
  var pendingDiagnostics: [(request: RequestMessage, number: Int)] = []
  /// What people have been shown.
  var shown: Set<String> = []
  /// The requests to the client that it has not answered.
  var outgoing = OutgoingRequests()
  /// A task's way to the client.
  let connection: ClientConnection

  /// The commands, and where they are run.
  let commandHost: CommandHost
  /// Who runs the commands that change something.
  let sibling: Sibling
  var wearing = WearingWatch()
  /// What the client shows that the server has made up.
  let previews = PreviewWatch()

  /// A server.
  ///
  /// - Parameters:
  ///   - output: where messages are written.
  ///   - files: where the other masques of a library are read.
  ///   - environment: what is known of the process.
  ///   - sibling: who runs the commands that change something; nil for one of its own.
  ///   - log: lines about the server's own work.
  ///   - abandon: ends the process when the loop does not, after the client has gone.
  init(
    output: Int32, files: any Files, environment: ServerEnvironment = ServerEnvironment(), sibling: Sibling? = nil,
    log: Log,
    abandon: @escaping @Sendable () -> Void
  ) {
    writer = MessageWriter(descriptor: output)
    workspaceReader = WorkspaceReader(files: files)
    checks = CheckStore(
      files,
      userConfiguration: UserConfiguration.Place(
        environment: environment.variable, currentFolder: files.currentFolder))
    index = WorkspaceIndex(files)
    self.log = log
    self.abandon = abandon
    connection = ClientConnection(inbox, log)
    commandHost = CommandHost(files: files, environment: environment)
    self.sibling = sibling ?? Sibling(files, environment, log)
  }

  /// Serves until the session ends.
  ///
  /// - Returns: the process's exit code: 0 after `shutdown`, else 1.
  func run() -> Int32 {
    defer {
      closeConnection()
      wearing.close()
      sibling.close()
    }
    while true {
      let events = inbox.take()
      let cancellations = Cancellations(in: events)
      for (place, event) in events.enumerated() {
        if let code = handle(event, isCancelled: { cancellations.apply(to: $0, at: place) }) { return code }
      }
      if let failure = writer.failure {
        log.note("the client cannot be written to: \(describe(failure))")
        return isShutDown ? 0 : 1
      }
      publishDiagnostics()
      readWorkspace()
      readWearing()
      refreshPreviews()
    }
  }

  private var isShutDown: Bool { if case .shutDown = phase { true } else { false } }

  /// Handles one event. Returns the exit code if it is the last.
  private func handle(_ event: Event, isCancelled: (RequestID) -> Bool) -> Int32? {
    switch event {
    case .incoming(.message(let message)):
      traceIncoming(message)
      switch message {
      case .request(let request):
        if isCancelled(request.id) {
          respond(to: request.id, .requestCancelled, "cancelled before it was begun")
        } else {
          receive(request)
        }
      case .notification(let notification):
        if notification.method == LSP.ExitNotification.method { return isShutDown ? 0 : 1 }
        receive(notification)
      case .response(let response):
        receive(response)
      }
    case .incoming(.malformed(let reply)):
      if case .failure(let error) = reply.outcome { log.note("not a message: \(error.message)") }
      send(.response(reply))
    case .incoming(.end):
      if !isShutDown { log.note("the client has closed the stream without shutdown") }
      return isShutDown ? 0 : 1
    case .clientGone:
      log.note("the client's process is gone")
      return isShutDown ? 0 : 1
    case .answered(let id, let number, let bytes):
      if requests.finish(id, number) { send(bytes) }
    case .diagnosed(let uri, let revision, let bytes):
      finishDiagnosing(uri, revision, bytes)
    case .workspaceRead(let reading):
      finishReading(reading)
    case .readingStopped:
      stopReading()
    case .wearingRead(let worn):
      finishReadingWearing(worn)
    case .settingsLate:
      giveUpOnSettings()
    case .wearingDue:
      wearing.isDue = true
    case .asking(let request, let proceed):
      post(request, proceed)
    case .withdrawing(let id):
      withdraw(id)
    case .notifying(let bytes):
      if case .running = phase { send(bytes) }
    }
    return nil
  }

  private func receive(_ request: RequestMessage) {
    switch phase {
    case .starting where request.method == LSP.InitializeRequest.method:
      initialize(request)
    case .starting:
      respond(to: request.id, .serverNotInitialized, "\(request.method) came before initialize")
    case .running where request.method == LSP.InitializeRequest.method:
      respond(to: request.id, .invalidRequest, "initialize came a second time")
    case .running(let client):
      dispatch(request, client)
    case .shutDown:
      respond(to: request.id, .invalidRequest, "\(request.method) came after shutdown")
    }
  }

  private func receive(_ notification: NotificationMessage) {
    guard case .running(let client) = phase else {
      log.trace("\(notification.method) is dropped: the session is not under way")
      return
    }
    dispatch(notification, client)
  }

  private func initialize(_ request: RequestMessage) {
    do throws(ResponseError) {
      let params = try LSP.InitializeRequest.decodeParams(request.params)
      var client = ClientProfile(params)
      phase = .running(client)
      trace = params.trace ?? .off
      respond(to: request.id, LSP.InitializeRequest.self, initializeResult(for: client))
      if let process = params.processId {
        watchClient(process) { [inbox, abandon] in
          inbox.put(.clientGone)
          pause(seconds: 2)
          abandon()
        }
      }
      client.rulePages = RulePages(besides: runningProgram(workspaceReader.files), in: workspaceReader.files)
      phase = .running(client)
      watch.folders = workspaceFolders(params)
      checks = checks.renewed(root: watch.folders.first, editor: EditorSettings())
      initializationOptions = params.initializationOptions ?? .null
      useSettings(fromClient: .null)
      // Whatever is made at first use is made while the client reads the answer.
      Task.detached(priority: .utility) { [client] in warmUp(for: client) }
    } catch {
      respond(to: request.id, error.code, error.message)
    }
  }
}

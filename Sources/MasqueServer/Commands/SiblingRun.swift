import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueCommands
import MasqueWorkspace
import SourceText
import Synchronization

/// A command that is done by the sibling, once.
struct SiblingRun {
  /// The command.
  let command: CommandDescription
  /// Its argument.
  let argument: JSONValue
  /// The folder that is worked in; nil for the server's own.
  let folder: FilePath?
  /// What the client wants the progress to be called.
  let token: LSP.ProgressToken?
  /// The state at the request's place in the order of messages.
  let context: RequestContext

  /// Has the command done.
  ///
  /// - Parameter turn: its turn; nil for a command that changes nothing.
  /// - Returns: its result.
  /// - Throws: why there is none.
  func result(_ turn: Turn?) async throws(CommandFailure) -> JSONValue {
    let files = context.commandHost.files
    let folder = terminalFolder(for: folder ?? files.currentFolder, in: files)
    do throws(CommandError) {
      try command.check(argument)
    } catch {
      throw CommandFailure(error)
    }
    let places = context.commandHost.context(context.documents, folders: context.folders).places
    if let document = unsaved(in: folder, places) {
      throw CommandFailure(unsaved: document, command)
    }
    let order = Sibling.Order(
      command: command.name, argument: argument, folder: folder, personas: places.sharedFolders,
      settings: context.siblingSettings)
    let cancellation = Cancellation()
    let progress = SiblingProgress(token, command.title, context) { cancellation.cancel() }
    let work = Task { [sibling = context.sibling] in
      await sibling.run(order, turn) { message, percentage in progress.report(percentage, message) }
    }
    cancellation.attach(work)
    let outcome = await withTaskCancellationHandler {
      await work.value
    } onCancel: {
      cancellation.cancel()
    }
    progress.end()
    if command.hasEffects { context.noteWearing() }
    switch outcome {
    case .success(let result): return result
    case .failure(let fault): throw CommandFailure(fault)
    }
  }

  /// The open document that the command is about, if it says something else than its file: the sibling sees what is on
  /// disk alone.
  private func unsaved(in folder: FilePath, _ places: MasquePlaces) -> Document? {
    // A score is about what has been; only one that is recorded is written into the file.
    let isScore = command.name == PerformanceCommand.description.name
    guard !isScore || argument["record"] == true else { return nil }
    let files = context.commandHost.files
    let path: FilePath
    if let uri = argument["uri"]?.stringValue {
      if let document = context.documents[uri], document.path == nil { return document }
      guard let named = filePath(of: uri) else { return nil }
      path = FilePath(named).normalized
    } else {
      let named = argument["masque"].flatMap { $0.stringValue ?? $0.integerValue.map(String.init) }
      guard let reference = named.map({ MasqueReference($0) }), let found = reference.path(places, files, folder) else {
        return nil
      }
      path = found
    }
    guard let document = context.documents.byPath[path] else { return nil }
    let text = document.text.bytes
    guard let saved = try? files.read(path, maximumLength: text.count + 3) else { return document }
    // Editors keep the byte-order mark to themselves.
    return saved == text || saved == [0xEF, 0xBB, 0xBF] + text ? nil : document
  }
}

extension CommandFailure {
  /// A failure of a command that takes what is on disk.
  init(unsaved document: Document, _ command: CommandDescription) {
    let name = document.path.map { String(decoding: $0.name, as: UTF8.self) } ?? document.uri
    error = ResponseError(
      .requestFailed,
      "`\(command.name)` takes what is on disk, and \(name) has changes that are not saved: save first",
      data: ["reason": "unsaved"])
  }
}

extension MasqueReference {
  /// The file that is meant, as the sibling would find it; nil if there is none.
  fileprivate func path(_ places: MasquePlaces, _ files: any Files, _ folder: FilePath) -> FilePath? {
    if let path = filePath(of: text) { return FilePath(path).normalized }
    if isPath { return FilePath(text).absolute(from: folder) }
    // A version may stand behind the name.
    let name = text.firstIndex(of: "@").map { String(text[..<$0]) } ?? text
    return MasqueCollection.entry(for: name, places, in: files)?.path.absolute(from: files.currentFolder)
  }
}

/// What stops a task that is made later.
private final class Cancellation: Sendable {
  private struct State {
    var isCancelled = false
    var task: Task<Result<JSONValue, SiblingFault>, Never>?
  }

  private let state = Mutex(State())

  func attach(_ task: Task<Result<JSONValue, SiblingFault>, Never>) {
    let isCancelled = state.withLock { state in
      state.task = task
      return state.isCancelled
    }
    if isCancelled { task.cancel() }
  }

  func cancel() {
    let task = state.withLock { state in
      state.isCancelled = true
      return state.task
    }
    task?.cancel()
  }
}

/// The progress of a command: by the client's own token, or else by one of ours, once it takes long.
private final class SiblingProgress: Sendable {
  private let asked: WorkProgress?
  private let late: LateProgress?

  init(
    _ token: LSP.ProgressToken?, _ title: String, _ context: RequestContext, onStop: @escaping @Sendable () -> Void
  ) {
    asked = token.map { WorkProgress($0, title: title, context.connection, onCancel: onStop) }
    late = token == nil && context.client.showsProgress ? LateProgress(title, context.connection, onStop: onStop) : nil
    late?.showInTime()
  }

  func report(_ percentage: Int?, _ message: String) {
    asked?.report(percentage, message)
    late?.report(percentage, message)
  }

  func end() {
    asked?.end()
    late?.end()
  }
}

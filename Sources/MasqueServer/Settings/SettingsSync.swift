import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueModel
import MasqueWorkspace

/// The section of an editor's settings that is this server's.
let settingsSection = "masque"

extension Server {
  /// `initialized`: asks the client for what it can only be asked for now.
  func initialized(_ client: ClientProfile) {
    if client.registersWatchedFiles {
      let options = LSP.DidChangeWatchedFilesRegistrationOptions(
        watchers: watchedFiles.map { LSP.FileSystemWatcher(globPattern: .pattern($0)) })
      register(LSP.DidChangeWatchedFilesNotification.method, options) { [self] in watch.isToldOfFiles = true }
    }
    if client.registersConfiguration {
      register(LSP.DidChangeConfigurationNotification.method, ["section": .string(settingsSection)] as JSONValue) {}
    }
    if client.answersConfiguration { pullSettings() }
    watch.markAnything()
    wearing.isDue = true
  }

  private func register(_ method: String, _ options: some Encodable, _ whenDone: @escaping () -> Void) {
    guard let options = try? JSONValueEncoder().encode(options) else { return }
    let registration = LSP.Registration(id: "masque-\(method)", method: method, registerOptions: options)
    ask(LSP.RegisterCapabilityRequest.self, LSP.RegistrationParams(registrations: [registration])) { answer in
      if case .success = answer { whenDone() }
    }
  }

  /// `workspace/didChangeConfiguration`: a client that answers is asked, the others bring what has changed.
  func didChangeConfiguration(_ params: LSP.DidChangeConfigurationParams, _ client: ClientProfile) {
    if client.answersConfiguration {
      pullSettings()
      return
    }
    let json = params.settings ?? .null
    // An editor may send the settings of all its servers.
    if let object = json.objectValue, object[settingsSection] == nil {
      let names = EditorSettings.entries.compactMap { $0.name.split(separator: ".").first.map(String.init) }
      let own = Set(names + [settingsSection])
      guard
        object.allSatisfy({
          own.contains($0.key) || $0.key.split(separator: ".").first.map { own.contains("\($0)") } == true
        })
      else {
        log.note("settings without a section \(settingsSection) are passed over")
        return
      }
    }
    useSettings(fromClient: json)
  }

  /// Asks the client for the settings.
  private func pullSettings() {
    let item = LSP.ConfigurationItem(section: settingsSection)
    awaitedSettings += 1
    ask(LSP.ConfigurationRequest.self, LSP.ConfigurationParams(items: [item])) { [self] answer in
      awaitedSettings -= 1
      isLateWithSettings = false
      if case .success(let values) = answer { useSettings(fromClient: values.first ?? .null) }
      if case .running(let client) = phase { answerDiagnostics(client) }
    }
  }

  /// Takes over the settings: what came with `initialize`, and over it what the client says now.
  func useSettings(fromClient json: JSONValue) {
    var new = EditorSettings()
    let problems = new.apply(initializationOptions) + new.apply(json)
    for problem in problems { show(.warning, problem) }
    let old = settings
    guard new != old else { return }
    settings = new
    if let trace = new.trace, trace != old.trace { self.trace = trace }
    if new.indexesWorkspace != old.indexesWorkspace { watch.markAnything() }
    if case .running(let client) = phase {
      if new.inlayHints != old.inlayHints, client.refreshesInlayHints { ask(LSP.InlayHintRefreshRequest.self) }
      if new.showsCodeLenses != old.showsCodeLenses, client.refreshesCodeLenses { ask(LSP.CodeLensRefreshRequest.self) }
    }
    if new.checks != old.checks || new.schema != old.schema {
      useChecks(checks.renewed(root: watch.folders.first, editor: new))
      watch.markChanged()
    }
  }

  /// Says what is wrong with the files that settings come from.
  func tellProblems(of checks: CheckStore) {
    for problem in checks.problems { show(.warning, problem) }
  }

  /// Says something that a person must know: once, however often it is found.
  func show(_ type: LSP.MessageType, _ message: String) {
    guard shown.insert(message).inserted else { return }
    log.note(message)
    if case .running = phase {
      notify(LSP.ShowMessageNotification.self, LSP.ShowMessageParams(type: type, message: message))
    }
  }
}

/// The files whose changes matter: masques, and what says how they belong together and are checked. A schema may have
/// any name; these are the usual ones, and others are looked at when a document is saved.
private let watchedFiles = [
  "**/*.masque.{yaml,yml}", "**/\(Configuration.fileName)", "**/.gitignore", "**/\(Manifest.fileName)",
  "**/*.schema.{yaml,yml,json}", "**/.claude/\(SessionFile.name)",
]

'use strict';
// The life of masque-lsp: its process, the handshake, what it asks of the editor, and its end.

const { spawn } = require('child_process');
const os = require('os');
const path = require('path');
const vscode = require('vscode');
const { Connection } = require('./connection');
const { initializeParams } = require('./capabilities');
const { DocumentSync, Findings } = require('./documents');
const { registerFeatures } = require('./features');
const { fromURI, toRange, toURI, toWorkspaceEdit } = require('./convert');

/** Settings that are this extension's; the server has the others. */
const ownSettings = ['server', 'statusBar'];

/** The settings of the server, as it names them. */
function serverSettings() {
  const all = vscode.workspace.getConfiguration('masque');
  const result = {};
  for (const key of Object.keys(all)) {
    const isValue = typeof all[key] !== 'function' && all[key] !== null;
    if (isValue && !ownSettings.includes(key)) result[key] = all[key];
  }
  return result;
}

/** A path as people write it: `~` is the home folder, `${workspaceFolder}` the first folder. */
function expand(text) {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const result = text.replace(/\$\{workspaceFolder\}/g, folder);
  return result === '~' || result.startsWith('~/') ? path.join(os.homedir(), result.slice(1)) : result;
}

/** One running server. `ended` is settled when its process is gone. */
class Server {
  constructor(output) {
    this.output = output;
    this.subscriptions = [];
    this.capabilities = {};
    this.commands = [];
    this.isStopping = false;
  }

  log(line) {
    this.output.appendLine(line);
  }

  /** Starts the process and shakes hands. */
  async start() {
    const settings = vscode.workspace.getConfiguration('masque');
    const command = expand(settings.get('server.path'));
    const cwd = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    this.process = spawn(command, settings.get('server.arguments'), { cwd, stdio: 'pipe' });
    this.process.stderr.setEncoding('utf8').on('data', (text) => this.output.append(text));
    this.ended = new Promise((resolve) => {
      this.process.once('error', (error) => resolve({ error }));
      this.process.once('exit', (code, signal) => resolve({ code, signal }));
    });
    this.connection = new Connection(this.process.stdout, this.process.stdin, (line) => this.log(line));
    this.ended.then(() => this.dispose());
    this.answerRequests();
    const answer = this.connection.request('initialize', initializeParams(serverSettings()));
    const failure = this.ended.then(({ error, code, signal }) => {
      throw error ?? new Error(`${command} ended with ${signal ?? code}`);
    });
    failure.catch(() => {});
    const { capabilities, serverInfo } = await Promise.race([answer, failure]);
    this.capabilities = capabilities;
    this.info = serverInfo;
    this.commands = capabilities.executeCommandProvider?.commands ?? [];
    this.connection.notify('initialized', {});
    this.registerAll();
  }

  registerAll() {
    const log = (line) => this.log(line);
    const features = registerFeatures(this.connection, this.capabilities, log);
    for (const [method, fire] of features.refresh) this.connection.onRequest(method, fire);
    this.subscriptions.push(...features.subscriptions, new DocumentSync(this.connection));
    if (this.capabilities.diagnosticProvider) {
      const findings = new Findings(this.connection, log);
      this.connection.onRequest('workspace/diagnostic/refresh', () => findings.refresh());
      this.subscriptions.push(findings);
    } else {
      this.showPushedFindings();
    }
    const { workspace } = vscode;
    this.subscriptions.push(
      workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration('masque')) return;
        this.connection.notify('workspace/didChangeConfiguration', { settings: { masque: serverSettings() } });
      }),
      workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const named = (folders) => folders.map(({ uri, name }) => ({ uri: fromURI(uri), name }));
        const event = { added: named(added), removed: named(removed) };
        this.connection.notify('workspace/didChangeWorkspaceFolders', { event });
      }),
    );
  }

  /** For a server that tells of findings unasked. */
  showPushedFindings() {
    const { toDiagnostic } = require('./convert');
    const collection = vscode.languages.createDiagnosticCollection('masque');
    this.subscriptions.push(collection);
    this.connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }) =>
      collection.set(toURI(uri), diagnostics.map(toDiagnostic)),
    );
  }

  answerRequests() {
    const { connection } = this;
    const { window, workspace } = vscode;
    connection.onRequest('client/registerCapability', ({ registrations }) => {
      for (const { method, registerOptions } of registrations) {
        if (method === 'workspace/didChangeWatchedFiles') this.watch(registerOptions.watchers);
      }
    });
    connection.onRequest('client/unregisterCapability', () => null);
    connection.onRequest('workspace/configuration', ({ items }) =>
      items.map(({ section }) => (section === 'masque' ? serverSettings() : null)),
    );
    connection.onRequest('workspace/workspaceFolders', () =>
      (workspace.workspaceFolders ?? []).map(({ uri, name }) => ({ uri: fromURI(uri), name })),
    );
    connection.onRequest('workspace/applyEdit', async ({ edit }) => {
      const stale = (edit.documentChanges ?? []).some(({ textDocument }) => {
        const open = workspace.textDocuments.find(({ uri }) => fromURI(uri) === fromURI(toURI(textDocument?.uri ?? '')));
        return open && typeof textDocument.version === 'number' && textDocument.version !== open.version;
      });
      if (stale) return { applied: false, failureReason: 'the document has changed' };
      return { applied: await workspace.applyEdit(toWorkspaceEdit(edit)) };
    });
    const shows = { 1: window.showErrorMessage, 2: window.showWarningMessage };
    const show = (type) => shows[type] ?? window.showInformationMessage;
    connection.onNotification('window/showMessage', ({ type, message }) => void show(type)(message));
    connection.onNotification('window/logMessage', ({ message }) => this.log(message));
    connection.onNotification('$/logTrace', ({ message, verbose }) => this.log(verbose ? `${message}\n${verbose}` : message));
    connection.onRequest('window/showMessageRequest', ({ type, message, actions = [] }) =>
      // More than a few buttons are no message any more.
      actions.length > 3
        ? window.showQuickPick(actions.map((action) => ({ label: action.title, action })), { placeHolder: message })
            .then((choice) => choice?.action)
        : show(type)(message, ...actions),
    );
    connection.onRequest('window/showDocument', async ({ uri, external, takeFocus, selection }) => {
      if (external) return { success: await vscode.env.openExternal(toURI(uri)) };
      const document = await workspace.openTextDocument(toURI(uri));
      const isAnswer = document.uri.scheme === 'masque';
      await window.showTextDocument(document, {
        preserveFocus: !takeFocus,
        preview: true,
        selection: selection && toRange(selection),
        viewColumn: isAnswer ? vscode.ViewColumn.Beside : undefined,
      });
      return { success: true };
    });
    this.answerProgress();
  }

  /** Work that takes long is shown in the status bar; the server can be told that it is not wanted any more. */
  answerProgress() {
    const { connection } = this;
    const running = new Map();
    connection.onRequest('window/workDoneProgress/create', () => null);
    connection.onNotification('$/progress', ({ token, value }) => {
      if (value?.kind === 'begin') {
        const options = {
          location: value.cancellable ? vscode.ProgressLocation.Notification : vscode.ProgressLocation.Window,
          title: value.title,
          cancellable: value.cancellable,
        };
        vscode.window.withProgress(options, (progress, cancellation) => {
          cancellation.onCancellationRequested(() => connection.notify('window/workDoneProgress/cancel', { token }));
          return new Promise((resolve) => {
            running.set(token, { progress, resolve, percentage: 0 });
            if (value.message) progress.report({ message: value.message });
          });
        });
      } else if (value?.kind === 'report') {
        const work = running.get(token);
        if (!work) return;
        const increment = value.percentage === undefined ? undefined : value.percentage - work.percentage;
        work.percentage = value.percentage ?? work.percentage;
        work.progress.report({ message: value.message, increment });
      } else {
        running.get(token)?.resolve();
        running.delete(token);
      }
    });
    this.subscriptions.push({ dispose: () => running.forEach(({ resolve }) => resolve()) });
  }

  watch(watchers) {
    const tell = (type) => (uri) =>
      this.connection.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: fromURI(uri), type }] });
    for (const { globPattern, kind = 7 } of watchers) {
      const pattern =
        typeof globPattern === 'string'
          ? globPattern
          : new vscode.RelativePattern(toURI(globPattern.baseUri.uri ?? globPattern.baseUri), globPattern.pattern);
      const watcher = vscode.workspace.createFileSystemWatcher(pattern, !(kind & 1), !(kind & 2), !(kind & 4));
      watcher.onDidCreate(tell(1));
      watcher.onDidChange(tell(2));
      watcher.onDidDelete(tell(3));
      this.subscriptions.push(watcher);
    }
  }

  /** What a command of the server gives. */
  execute(command, argument) {
    return this.connection.request('workspace/executeCommand', { command, arguments: [argument] });
  }

  /** A proper end; a server that does not come to it is ended. */
  async stop() {
    this.isStopping = true;
    const { connection } = this;
    if (!connection || connection.isClosed) return;
    // Nothing may be asked behind the shutdown.
    this.release();
    const timer = setTimeout(() => this.process.kill(), 2000);
    try {
      await connection.request('shutdown');
      connection.notify('exit');
      await this.ended;
    } catch {
      this.process.kill();
    } finally {
      clearTimeout(timer);
    }
    this.dispose();
  }

  dispose() {
    this.connection?.close();
    this.release();
  }

  release() {
    this.subscriptions.splice(0).forEach((subscription) => subscription.dispose());
  }
}

module.exports = { Server, serverSettings };

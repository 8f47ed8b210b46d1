'use strict';
// Tells the server what is open, and shows what it finds.

const vscode = require('vscode');
const { fromRange, fromURI, toDiagnostic, toURI } = require('./convert');
const { codes } = require('./connection');

/** What the server is told of. Settings and evaluations stay YAML: other extensions know them, too. */
const selector = [
  { language: 'masque', scheme: 'file' },
  { language: 'masque', scheme: 'untitled' },
  { language: 'yaml', scheme: 'file', pattern: '**/.masque-lint.yaml' },
  { language: 'yaml', scheme: 'file', pattern: '**/.masques/config.yaml' },
  { language: 'yaml', scheme: 'file', pattern: '**/*.eval.yaml' },
];

const isOurs = (document) => vscode.languages.match(selector, document) > 0;

/** Open documents, as the server knows them. */
class DocumentSync {
  constructor(connection) {
    this.connection = connection;
    this.known = new Set();
    const { workspace } = vscode;
    this.subscriptions = [
      workspace.onDidOpenTextDocument((document) => this.open(document)),
      workspace.onDidCloseTextDocument((document) => this.close(document)),
      workspace.onDidChangeTextDocument((event) => this.change(event)),
      workspace.onDidSaveTextDocument((document) => this.save(document)),
    ];
    workspace.textDocuments.forEach((document) => this.open(document));
  }

  open(document) {
    const uri = fromURI(document.uri);
    if (!isOurs(document) || this.known.has(uri)) return;
    this.known.add(uri);
    const { languageId, version } = document;
    this.connection.notify('textDocument/didOpen', {
      textDocument: { uri, languageId, version, text: document.getText() },
    });
  }

  close(document) {
    const uri = fromURI(document.uri);
    if (!this.known.delete(uri)) return;
    this.connection.notify('textDocument/didClose', { textDocument: { uri } });
  }

  change({ document, contentChanges }) {
    const uri = fromURI(document.uri);
    // A change of the file's name or language arrives as closing and opening; one of the dirty mark has no changes.
    if (!this.known.has(uri) || contentChanges.length === 0) return;
    this.connection.notify('textDocument/didChange', {
      textDocument: { uri, version: document.version },
      contentChanges: contentChanges.map(({ range, text }) => ({ range: fromRange(range), text })),
    });
  }

  save(document) {
    const uri = fromURI(document.uri);
    if (this.known.has(uri)) this.connection.notify('textDocument/didSave', { textDocument: { uri } });
  }

  dispose() {
    this.subscriptions.forEach((subscription) => subscription.dispose());
  }
}

/** How long typing must rest before findings are asked for. */
const patience = 100;

/** Asks for findings: those of open documents when they change, those of the workspace when the server says so. */
class Findings {
  constructor(connection, log) {
    this.connection = connection;
    this.log = log;
    this.collection = vscode.languages.createDiagnosticCollection('masque');
    this.results = new Map();
    this.timers = new Map();
    this.isDisposed = false;
    const { workspace } = vscode;
    this.subscriptions = [
      this.collection,
      workspace.onDidOpenTextDocument((document) => this.ask(document)),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length) this.askSoon(document);
      }),
      workspace.onDidCloseTextDocument((document) => this.close(document)),
    ];
    this.refresh();
  }

  /** Everything again. */
  refresh() {
    vscode.workspace.textDocuments.forEach((document) => this.ask(document));
    this.askWorkspace();
  }

  askSoon(document) {
    const uri = fromURI(document.uri);
    clearTimeout(this.timers.get(uri));
    this.timers.set(uri, setTimeout(() => this.ask(document), patience));
  }

  async ask(document) {
    const uri = fromURI(document.uri);
    clearTimeout(this.timers.get(uri));
    if (!isOurs(document) || document.isClosed) return;
    const { version } = document;
    try {
      const report = await this.connection.request('textDocument/diagnostic', {
        textDocument: { uri },
        identifier: 'masque',
        previousResultId: this.results.get(uri)?.value,
      });
      // An answer about a text that has changed meanwhile: the next one is under way.
      if (document.version === version && !document.isClosed) this.show(uri, report);
    } catch (error) {
      if (error.code === codes.serverCancelled && error.data?.retriggerRequest !== false) this.askSoon(document);
      else if (error.code === codes.contentModified) this.askSoon(document);
      else if (!this.isDisposed) this.log(`textDocument/diagnostic: ${error.message}`);
    }
  }

  async askWorkspace() {
    // A second question while the first is under way would get the same answer.
    if (this.isAsking) {
      this.isAskedAgain = true;
      return;
    }
    this.isAsking = true;
    // The server's own spelling of a URI goes back to it; VS Code's may have other escapes.
    const previousResultIds = [...this.results.values()];
    try {
      const { items } = await this.connection.request('workspace/diagnostic', {
        identifier: 'masque',
        previousResultIds,
      });
      const open = new Set(vscode.workspace.textDocuments.map((document) => fromURI(document.uri)));
      for (const report of items) if (!open.has(fromURI(toURI(report.uri)))) this.show(report.uri, report);
    } catch (error) {
      if (!this.isDisposed) this.log(`workspace/diagnostic: ${error.message}`);
    }
    this.isAsking = false;
    if (this.isAskedAgain && !this.isDisposed) {
      this.isAskedAgain = false;
      this.askWorkspace();
    }
  }

  show(uri, report) {
    if (this.isDisposed) return;
    const key = fromURI(toURI(uri));
    if (report.resultId) this.results.set(key, { uri, value: report.resultId });
    else this.results.delete(key);
    if (report.kind === 'full') this.collection.set(toURI(uri), report.items.map(toDiagnostic));
  }

  close(document) {
    const uri = fromURI(document.uri);
    clearTimeout(this.timers.get(uri));
    if (!isOurs(document)) return;
    this.results.delete(uri);
    this.collection.delete(document.uri);
    // A closed file keeps its findings where the whole workspace is checked.
    this.askWorkspace();
  }

  dispose() {
    this.isDisposed = true;
    this.timers.forEach(clearTimeout);
    this.subscriptions.forEach((subscription) => subscription.dispose());
  }
}

module.exports = { DocumentSync, Findings, isOurs, selector };

'use strict';
// As much of the vscode API as the extension uses, without an editor. What is not here throws when it is asked for, so
// that a misspelt name is noticed; what the extension registers is kept in `stub`, for a session to call.

const fs = require('fs');
const path = require('path');

class Position {
  constructor(line, character) {
    if (!(line >= 0) || !(character >= 0)) throw new TypeError(`no position: ${line}, ${character}`);
    this.line = line;
    this.character = character;
  }
  isBeforeOrEqual(other) {
    return this.line < other.line || (this.line === other.line && this.character <= other.character);
  }
}

class Range {
  constructor(start, end) {
    if (!(start instanceof Position) || !(end instanceof Position)) throw new TypeError('no range');
    this.start = start;
    this.end = end;
  }
  contains(position) {
    return this.start.isBeforeOrEqual(position) && position.isBeforeOrEqual(this.end);
  }
}

class Uri {
  constructor(scheme, authority, path_) {
    Object.assign(this, { scheme, authority, path: path_ });
  }
  static parse(text) {
    const match = /^([\w+.-]+):(?:\/\/([^/]*))?(.*)$/s.exec(text);
    if (!match) throw new Error(`no URI: ${text}`);
    return new Uri(match[1], match[2] ?? '', decodeURIComponent(match[3]));
  }
  static file(path_) {
    return new Uri('file', '', path_);
  }
  static from({ scheme, authority = '', path: path_ = '' }) {
    return new Uri(scheme, authority, path_);
  }
  static joinPath(base, ...parts) {
    return new Uri(base.scheme, base.authority, path.posix.join(base.path, ...parts));
  }
  get fsPath() {
    return this.path;
  }
  toString() {
    // VS Code escapes more than it must, colons among them.
    const escaped = this.path.split('/').map(encodeURIComponent).join('/');
    return `${this.scheme}:${this.scheme === 'file' || this.authority ? `//${this.authority}` : ''}${escaped}`;
  }
}

class EventEmitter {
  constructor() {
    this.listeners = new Set();
    this.event = (listener) => {
      this.listeners.add(listener);
      return { dispose: () => this.listeners.delete(listener) };
    };
  }
  fire(value) {
    [...this.listeners].forEach((listener) => listener(value));
  }
  dispose() {
    this.listeners.clear();
  }
}

/** A class whose instances hold what they were made from. */
function record(...names) {
  return class {
    constructor(...values) {
      names.forEach((name, index) => (this[name] = values[index]));
    }
  };
}

class MarkdownString {
  constructor(value = '') {
    this.value = value;
  }
  appendText(text) {
    this.value += text;
    return this;
  }
}

class WorkspaceEdit {
  constructor() {
    this.changes = [];
  }
  replace(uri, range, newText) {
    this.changes.push({ uri, range, newText });
  }
}

class CodeActionKind {
  constructor(value) {
    this.value = value;
  }
  append(part) {
    return new CodeActionKind(this.value ? `${this.value}.${part}` : part);
  }
}
CodeActionKind.Empty = new CodeActionKind('');

/** A text document; `replace` is what an author does. */
class TextDocument {
  constructor(uri, languageId, text) {
    Object.assign(this, { uri, languageId, version: 1, text, isClosed: false, isDirty: false });
  }
  getText() {
    return this.text;
  }
  offsetAt({ line, character }) {
    const lines = this.text.split('\n');
    return lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  }
  apply(edits) {
    const sorted = [...edits].sort((a, b) => this.offsetAt(b.range.start) - this.offsetAt(a.range.start));
    for (const { range, newText } of sorted) {
      this.text =
        this.text.slice(0, this.offsetAt(range.start)) + newText + this.text.slice(this.offsetAt(range.end));
    }
    this.version += 1;
    this.isDirty = true;
    const contentChanges = sorted.map(({ range, newText }) => ({ range, text: newText }));
    stub.events.onDidChangeTextDocument.fire({ document: this, contentChanges });
  }
  async save() {
    fs.writeFileSync(this.uri.fsPath, this.text);
    this.isDirty = false;
    stub.events.onDidSaveTextDocument.fire(this);
    return true;
  }
}

/** Whether a name matches a pattern of globs, as far as the extension writes them. */
function matchesGlob(pattern, name) {
  const source = pattern
    .replace(/[.+^$()|[\]\\]/g, '\\$&')
    .replace(/\{([^}]*)\}/g, (_, choices) => `(?:${choices.replace(/,/g, '|')})`)
    .replace(/\*\*\//g, '\0')
    .replace(/\*/g, '[^/]*')
    .replace(/\0/g, '(?:.*/)?');
  return new RegExp(`^${source}$`).test(name.replace(/^\//, ''));
}

const stub = {
  events: Object.fromEntries(
    [
      'onDidOpenTextDocument',
      'onDidCloseTextDocument',
      'onDidChangeTextDocument',
      'onDidSaveTextDocument',
      'onDidChangeConfiguration',
      'onDidChangeWorkspaceFolders',
      'onDidChangeActiveTextEditor',
    ].map((name) => [name, new EventEmitter()]),
  ),
  settings: {},
  providers: {},
  commands: {},
  contexts: {},
  messages: [],
  answers: [],
  shown: [],
  log: '',
  watchers: [],
  statusItems: [],
  contentProviders: {},
  collections: [],
  external: [],
  TextDocument,
};

/** Whatever is asked of the person at the editor: the next answer that the session has prepared. */
function ask(kind, ...details) {
  stub.messages.push({ kind, details });
  const index = stub.answers.findIndex((answer) => answer.kind === kind);
  if (index < 0) return Promise.resolve(undefined);
  return Promise.resolve(stub.answers.splice(index, 1)[0].choose(...details));
}

function provide(kind) {
  return (selector, provider, ...more) => {
    stub.providers[kind] = { provider, more };
    return { dispose: () => delete stub.providers[kind] };
  };
}

const disposable = () => ({ dispose() {} });
const kinds = (names, first = 0) => Object.fromEntries(names.map((name, index) => [name, index + first]));

const languages = {
  match(selector, document) {
    const path_ = document.uri.path;
    const fits = ({ language, scheme, pattern }) =>
      (!language || language === document.languageId) &&
      (!scheme || scheme === document.uri.scheme) &&
      (!pattern || matchesGlob(pattern, path_));
    return selector.some(fits) ? 10 : 0;
  },
  createDiagnosticCollection(name) {
    const entries = new Map();
    stub.collections.push({ name, entries });
    return {
      set: (uri, items) => entries.set(uri.toString(), items),
      delete: (uri) => entries.delete(uri.toString()),
      dispose: () => entries.clear(),
    };
  },
  getDiagnostics: (uri) => stub.collections.flatMap(({ entries }) => entries.get(uri.toString()) ?? []),
  createLanguageStatusItem(id) {
    const item = { id, dispose() {} };
    stub.statusItems.push(item);
    return item;
  },
  registerWorkspaceSymbolProvider: (provider) => provide('WorkspaceSymbol')(undefined, provider),
};
for (const kind of [
  'Hover', 'CompletionItem', 'Definition', 'Reference', 'DocumentHighlight', 'DocumentSymbol', 'CodeActions', 'CodeLens',
  'DocumentLink', 'DocumentFormattingEdit', 'DocumentRangeFormattingEdit', 'OnTypeFormattingEdit', 'Rename',
  'FoldingRange', 'SelectionRange', 'DocumentSemanticTokens', 'DocumentRangeSemanticTokens', 'InlayHints',
]) {

  languages[`register${kind}Provider`] = provide(kind);
}

const workspace = {
  textDocuments: [],
  workspaceFolders: undefined,
  getConfiguration(section) {
    const prefix = `${section}.`;
    const result = {};
    for (const [name, value] of Object.entries(stub.settings)) {
      if (!name.startsWith(prefix)) continue;
      const keys = name.slice(prefix.length).split('.');
      let place = result;
      for (const key of keys.slice(0, -1)) place = place[key] ??= {};
      place[keys[keys.length - 1]] = value;
    }
    result.get = (name) => {
      if (!(prefix + name in stub.settings)) throw new Error(`the manifest has no setting ${prefix}${name}`);
      return stub.settings[prefix + name];
    };
    return result;
  },
  createFileSystemWatcher(pattern) {
    const watcher = { pattern, dispose() {} };
    for (const name of ['onDidCreate', 'onDidChange', 'onDidDelete']) {
      const emitter = new EventEmitter();
      watcher[name] = emitter.event;
      watcher[`fire${name}`] = (uri) => emitter.fire(uri);
    }
    stub.watchers.push(watcher);
    return watcher;
  },
  registerTextDocumentContentProvider(scheme, provider) {
    stub.contentProviders[scheme] = provider;
    return disposable();
  },
  async openTextDocument(uri) {
    const open = workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    if (open) return open;
    const provider = stub.contentProviders[uri.scheme];
    const text = provider ? await provider.provideTextDocumentContent(uri) : fs.readFileSync(uri.fsPath, 'utf8');
    const document = new TextDocument(uri, languageOf(uri), text ?? '');
    workspace.textDocuments.push(document);
    stub.events.onDidOpenTextDocument.fire(document);
    return document;
  },
  async applyEdit(edit) {
    const byDocument = new Map();
    for (const { uri, range, newText } of edit.changes) {
      const document = await workspace.openTextDocument(uri);
      byDocument.set(document, [...(byDocument.get(document) ?? []), { range, newText }]);
    }
    byDocument.forEach((edits, document) => document.apply(edits));
    return true;
  },
};
for (const [name, emitter] of Object.entries(stub.events)) workspace[name] = emitter.event;

/** The language of a file, by the manifest. */
function languageOf(uri) {
  const name = path.posix.basename(uri.path);
  const own = stub.manifest.contributes.languages.find(({ filenamePatterns }) =>
    filenamePatterns.some((pattern) => uri.scheme === 'file' && matchesGlob(pattern, name)),
  );
  return own?.id ?? (/\.ya?ml$/.test(name) ? 'yaml' : 'plaintext');
}

const window = {
  activeTextEditor: undefined,
  onDidChangeActiveTextEditor: stub.events.onDidChangeActiveTextEditor.event,
  createOutputChannel: () => ({
    append: (text) => (stub.log += text),
    appendLine: (text) => (stub.log += `${text}\n`),
    show() {},
    dispose() {},
  }),
  createStatusBarItem(id) {
    const item = { id, isShown: false, show: () => (item.isShown = true), hide: () => (item.isShown = false), dispose() {} };
    stub.statusItems.push(item);
    return item;
  },
  showInformationMessage: (...details) => ask('information', ...details),
  showWarningMessage: (...details) => ask('warning', ...details),
  showErrorMessage: (...details) => ask('error', ...details),
  showQuickPick: (items, options) => ask('pick', items, options),
  showInputBox: (options) => ask('input', options),
  withProgress: (options, task) => task({ report() {} }, { onCancellationRequested: disposable }),
  async showTextDocument(target) {
    const document = target instanceof Uri ? await workspace.openTextDocument(target) : target;
    stub.shown.push({ uri: document.uri.toString(), text: document.getText() });
    return { document };
  },
};

const commands = {
  registerCommand(name, handler) {
    if (stub.commands[name]) throw new Error(`command '${name}' already exists`);
    stub.commands[name] = handler;
    return { dispose: () => delete stub.commands[name] };
  },
  async executeCommand(name, ...rest) {
    if (name === 'setContext') stub.contexts[rest[0]] = rest[1];
    else if (stub.commands[name]) return stub.commands[name](...rest);
    return undefined;
  },
};

const api = {
  version: '1.75.0',
  env: {
    appName: 'Visual Studio Code',
    language: 'en',
    openExternal: async (uri) => {
      stub.external.push(uri.toString());
      return true;
    },
  },
  languages,
  workspace,
  window,
  commands,
  Position,
  Range,
  Uri,
  EventEmitter,
  MarkdownString,
  WorkspaceEdit,
  CodeActionKind,
  Location: record('uri', 'range'),
  TextEdit: record('range', 'newText'),
  Hover: record('contents', 'range'),
  Diagnostic: record('range', 'message', 'severity'),
  DiagnosticRelatedInformation: record('location', 'message'),
  CompletionItem: record('label', 'kind'),
  CompletionList: record('items', 'isIncomplete'),
  SnippetString: record('value'),
  DocumentSymbol: record('name', 'detail', 'kind', 'range', 'selectionRange'),
  SymbolInformation: record('name', 'kind', 'containerName', 'location'),
  DocumentHighlight: record('range', 'kind'),
  DocumentLink: record('range', 'target'),
  CodeAction: record('title', 'kind'),
  CodeLens: record('range', 'command'),
  FoldingRange: record('start', 'end', 'kind'),
  SelectionRange: record('range', 'parent'),
  InlayHint: record('position', 'label', 'kind'),
  InlayHintLabelPart: record('value'),
  SemanticTokensLegend: record('tokenTypes', 'tokenModifiers'),
  SemanticTokens: record('data', 'resultId'),
  SemanticTokensEdit: record('start', 'deleteCount', 'data'),
  SemanticTokensEdits: record('edits', 'resultId'),
  RelativePattern: record('base', 'pattern'),
  DiagnosticSeverity: kinds(['Error', 'Warning', 'Information', 'Hint']),
  FoldingRangeKind: kinds(['Comment', 'Imports', 'Region'], 1),
  LanguageStatusSeverity: kinds(['Information', 'Warning', 'Error']),
  StatusBarAlignment: kinds(['Left', 'Right'], 1),
  ProgressLocation: { SourceControl: 1, Window: 10, Notification: 15 },
  ViewColumn: { Active: -1, Beside: -2, One: 1 },
};

/** An object that says so when it is asked for what it has not. */
function strict(object, name) {
  return new Proxy(object, {
    get(target, key) {
      if (key in target || typeof key === 'symbol' || key === 'then') return target[key];
      throw new Error(`vscode has no ${name}${String(key)} here`);
    },
  });
}

const vscode = strict(
  { ...api, ...Object.fromEntries(['languages', 'workspace', 'window', 'commands', 'env'].map((n) => [n, strict(api[n], `${n}.`)])) },
  '',
);

module.exports = { vscode, stub };

'use strict';
// An author's session in VS Code, without the author and without VS Code: `node vscode_session.js`.
//
// The extension is the real one, and so is its server; only the API between the extension and the editor is a stub. What
// was seen goes as JSON to $SESSION_REPORT, and test_vscode.py judges it.

const fs = require('fs');
const Module = require('module');
const path = require('path');
const { vscode, stub } = require('./vscode_stub');

const root = process.env.SESSION_PLUGIN;
stub.manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
for (const [name, { default: value }] of Object.entries(stub.manifest.contributes.configuration.properties)) {
  stub.settings[name] = value;
}
stub.settings['masque.server.path'] = process.env.SESSION_SERVER;

const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? vscode : load(request, ...rest));
const extension = require(path.join(root, stub.manifest.main));

const patience = Number(process.env.SESSION_PATIENCE);
const document_ = JSON.parse(process.env.SESSION_DOCUMENT);
const never = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose() {} }) };

async function until(condition) {
  const end = Date.now() + patience;
  while (!condition() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
}

const quad = ({ start, end }) => [start.line, start.character, end.line, end.character];

async function session() {
  const report = {};
  const { workspace, window } = vscode;
  workspace.workspaceFolders = [{ uri: vscode.Uri.file(path.dirname(document_.path)), name: 'personas' }];
  const uri = vscode.Uri.file(document_.path);
  const subscriptions = [];
  await extension.activate({ subscriptions });
  report.context = { ...stub.contexts };
  report.registered = Object.keys(stub.commands);
  const document = await workspace.openTextDocument(uri);
  report.language = document.languageId;
  window.activeTextEditor = { document, selection: { active: new vscode.Position(document_.ring_line, 1) } };
  stub.events.onDidChangeActiveTextEditor.fire(window.activeTextEditor);
  report.health = stub.statusItems.map(({ id, text, isShown }) => ({ id, text, isShown }));

  const collection = () => stub.collections[stub.collections.length - 1];
  const diagnostics = () => collection()?.entries.get(uri.toString()) ?? [];
  const findings = () =>
    diagnostics().map(({ range, message, severity, code, source }) => ({
      range: quad(range),
      message,
      severity,
      source,
      code: typeof code === 'object' ? code.value : code,
      page: typeof code === 'object' ? code.target.toString() : undefined,
    }));
  const has = (code) => findings().some((finding) => finding.code === code);
  const provider = (kind) => stub.providers[kind]?.provider;
  const replaceLine = (line, text) => {
    const length = document.getText().split('\n')[line].length;
    const range = new vscode.Range(new vscode.Position(line, 0), new vscode.Position(line, length));
    document.apply([{ range, newText: text }]);
  };
  const whole = () => {
    const lines = document.getText().split('\n');
    const end = new vscode.Position(lines.length - 1, lines[lines.length - 1].length);
    return new vscode.Range(new vscode.Position(0, 0), end);
  };
  const find = (words, offset = 0) => {
    const lines = document.getText().split('\n');
    const line = lines.findIndex((each) => each.includes(words));
    return new vscode.Position(line, lines[line].indexOf(words) + offset);
  };

  await until(() => has('schema-enum') && has('unknown-key') && has('schema-required'));
  report.broken = findings();

  const ring = new vscode.Position(document_.ring_line, 1);
  const hover = await provider('Hover')?.provideHover(document, ring, never);
  report.hover = hover && hover.contents.map(({ value }) => value).join('\n');
  const symbols = await provider('DocumentSymbol')?.provideDocumentSymbols(document, never);
  report.symbols = (symbols ?? []).map(({ name, range, children }) => ({
    text: name,
    line: range.start.line,
    children: children.length,
  }));

  const culprit = diagnostics().find(({ code }) => (code?.value ?? code) === 'schema-enum');
  const actions =
    culprit &&
    (await provider('CodeActions')?.provideCodeActions(
      document,
      culprit.range,
      { diagnostics: [culprit], triggerKind: 1, only: new vscode.CodeActionKind('quickfix') },
      never,
    ));
  let fix = (actions ?? []).find(({ isPreferred }) => isPreferred);
  report.quick_fix = fix?.title;
  if (fix) {
    if (!fix.edit) fix = await provider('CodeActions').resolveCodeAction(fix, never);
    await workspace.applyEdit(fix.edit);
    await until(() => !has('schema-enum'));
  }
  report.quick_fixed = findings();
  report.quick_fixed_line = document.getText().split('\n')[document_.ring_line];

  replaceLine(document_.ring_line, 'ring: ');
  const list = await provider('CompletionItem')?.provideCompletionItems(
    document,
    new vscode.Position(document_.ring_line, 6),
    never,
    { triggerKind: 1, triggerCharacter: ' ' },
  );
  report.completions = [];
  const sorted = [...(list?.items ?? [])].sort((a, b) => ((a.sortText ?? a.label) < (b.sortText ?? b.label) ? -1 : 1));
  for (const item of sorted) {
    const resolved = (await provider('CompletionItem').resolveCompletionItem?.(item, never)) ?? item;
    const { insertText, label, detail, documentation } = resolved;
    report.completions.push({ label, word: insertText.value ?? insertText, detail, documentation: documentation?.value });
  }

  replaceLine(document_.ring_line, 'ring: player');
  await until(() => !has('schema-enum') && !has('schema-type'));
  report.ring_fixed = findings();
  replaceLine(document_.unknown_line, document_.version);
  await until(() => findings().length === 0);
  await new Promise((resolve) => setTimeout(resolve, 100));
  report.all_fixed = findings();

  const format = async () => {
    const edits = await provider('DocumentFormattingEdit')?.provideDocumentFormattingEdits(
      document,
      { tabSize: 2, insertSpaces: true },
      never,
    );
    if (edits?.length) document.apply(edits);
    return document.getText();
  };
  report.tidy = document.getText();
  replaceLine(document_.ring_line, 'ring  :    player  \n\n   ');
  report.untidy = document.getText();
  report.formatted = await format();
  report.formatted_again = await format();

  // Everything else that is offered, once each, on a sound masque.
  const name = find('name: ', 'name: '.length);
  const at = { line: name.line, character: name.character };
  report.features = {
    references: (await provider('Reference')?.provideReferences(document, name, { includeDeclaration: true }, never))?.length,
    highlights: (await provider('DocumentHighlight')?.provideDocumentHighlights(document, name, never))?.length,
    folds: (await provider('FoldingRange')?.provideFoldingRanges(document, {}, never))?.length,
    selections: (await provider('SelectionRange')?.provideSelectionRanges(document, [name], never))?.length,
    hints: (await provider('InlayHints')?.provideInlayHints(document, whole(), never))?.map(({ label }) => label),
    links: (await provider('DocumentLink')?.provideDocumentLinks(document, never)) !== undefined,
    workspace_symbols: (await provider('WorkspaceSymbol')?.provideWorkspaceSymbols('', never))?.length,
  };
  const tokens = await provider('DocumentSemanticTokens')?.provideDocumentSemanticTokens(document, never);
  report.features.tokens = tokens?.data.length;
  document.apply([{ range: new vscode.Range(new vscode.Position(0, 0), new vscode.Position(0, 0)), newText: '# x\n' }]);
  const delta =
    tokens &&
    (await provider('DocumentSemanticTokens').provideDocumentSemanticTokensEdits(document, tokens.resultId, never));
  report.features.token_edits = delta?.edits?.length;
  document.apply([{ range: new vscode.Range(new vscode.Position(0, 0), new vscode.Position(1, 0)), newText: '' }]);
  const ranged = await provider('DocumentRangeSemanticTokens')?.provideDocumentRangeSemanticTokens(
    document,
    new vscode.Range(new vscode.Position(0, 0), new vscode.Position(3, 0)),
    never,
  );
  report.features.range_tokens = ranged?.data.length;
  const hint = (await provider('InlayHints')?.provideInlayHints(document, whole(), never))?.[0];
  report.features.hint_tooltip = hint && (await provider('InlayHints').resolveInlayHint(hint, never)).tooltip?.value;
  const rename = provider('Rename');
  if (rename) {
    const prepared = await rename.prepareRename(document, find('name: ', 8), never);
    report.features.placeholder = prepared.placeholder ?? quad(prepared.range ?? prepared);
    const edit = await rename.provideRenameEdits(document, find('name: ', 8), 'Tinker', never);
    report.features.renamed = edit.changes.map(({ newText }) => newText);
    report.features.refusal = await rename
      .prepareRename(document, find('ring: ', 1), never)
      .then(() => null, (error) => error.message);
  }
  const typed = new vscode.Position(at.line + 1, 0);
  report.features.on_type = await provider('OnTypeFormattingEdit')
    ?.provideOnTypeFormattingEdits(document, typed, '\n', { tabSize: 2, insertSpaces: true }, never)
    .then(() => true);

  const lenses = (await provider('CodeLens')?.provideCodeLenses(document, never)) ?? [];
  for (const lens of lenses) if (!lens.command) await provider('CodeLens').resolveCodeLens(lens, never);
  report.lenses = lenses.map(({ command }) => ({ title: command.title, command: command.command }));

  // Commands: from a lens, and from the palette, where what is missing is asked for.
  stub.messages = [];
  stub.answers.push({ kind: 'input', choose: () => 'deploy the web site' });
  const explain = lenses.find(({ command }) => command.command === 'masque.intent.explain');
  if (explain) report.verdict = await stub.commands[explain.command.command](...explain.command.arguments);
  await until(() => stub.messages.some(({ kind }) => kind === 'information'));
  report.explained = stub.messages.map(({ kind, details }) => [kind, details[0].prompt ?? details[0]]);

  if (stub.contexts['masque.offers.preview']) {
    stub.shown = [];
    await stub.commands['masque.preview']();
    await until(() => stub.shown.length > 0);
    report.preview = stub.shown[0];
    stub.shown = [];
    stub.answers.push({ kind: 'pick', choose: (items) => items.find(({ masque }) => masque.name === 'Codesmith') });
    await stub.commands['masque.list']();
    await until(() => stub.shown.length > 0);
    report.listed = stub.shown[0]?.uri;
  }
  stub.messages = [];
  await stub.commands['masque.explainRule']();
  report.dismissed = stub.messages.map(({ kind }) => kind);

  // A masque is put on from the palette and taken off, and the status bar knows.
  if (stub.contexts['masque.offers.don']) {
    const bar = () => stub.statusItems.find(({ id }) => id === 'masque.worn');
    const said = (kind) => stub.messages.filter((message) => message.kind === kind).map(({ details }) => details[0]);
    report.wearing = { before: bar().text };
    stub.messages = [];
    stub.answers.push({ kind: 'pick', choose: (items) => items.find(({ masque }) => masque.name === 'Codesmith') });
    stub.answers.push({ kind: 'input', choose: () => 'implement the parser' });
    stub.answers.push({ kind: 'information', choose: () => 'Show' });
    stub.shown = [];
    await document.save();
    const result = await stub.commands['masque.don']();
    report.wearing.result = result?.active;
    await until(() => stub.shown.length > 0);
    report.wearing.block = stub.shown[0]?.text;
    await until(() => /Codesmith/.test(bar().text));
    report.wearing.during = { text: bar().text, isShown: bar().isShown, tooltip: bar().tooltip?.value };
    stub.messages = [];
    stub.answers.push({ kind: 'information', choose: () => undefined });
    await stub.commands['masque.id']();
    stub.answers.push({ kind: 'pick', choose: (items) => items.find(({ command }) => command === 'masque.doff') });
    await stub.commands['masque.choose']();
    await until(() => !/Codesmith/.test(bar().text));
    report.wearing.after = bar().text;
    report.wearing.said = [...said('information'), ...said('error')];
  }

  // A setting that the server has, and one that is this extension's own.
  replaceLine(document_.ring_line, 'ring: playr');
  await until(() => has('schema-enum'));
  report.before_setting = findings().length;
  stub.settings['masque.lint.ignore'] = ['schema'];
  stub.messages = [];
  stub.events.onDidChangeConfiguration.fire({ affectsConfiguration: (section) => section === 'masque' });
  await until(() => findings().length === 0);
  report.after_setting = findings().length;
  report.complaints = stub.messages.filter(({ kind }) => kind !== 'information').map(({ details }) => details[0]);
  stub.settings['masque.lint.ignore'] = [];

  // A server that dies comes back, and knows what is open.
  const pid = process.env.SESSION_KILL && Number(fs.readFileSync(process.env.SESSION_KILL, 'utf8'));
  if (pid) {
    const { length } = stub.collections;
    process.kill(pid, 'SIGKILL');
    await until(() => stub.collections.length > length && has('schema-enum'));
    report.after_crash = findings().map(({ code }) => code);
  }

  await extension.deactivate();
  subscriptions.forEach((subscription) => subscription.dispose());
  report.left_over = { providers: Object.keys(stub.providers), commands: Object.keys(stub.commands) };
  report.log = stub.log;
  return report;
}

session()
  .catch((error) => ({ failure: error.stack }))
  .then((report) => {
    fs.writeFileSync(process.env.SESSION_REPORT, JSON.stringify(report));
    process.exit('failure' in report ? 1 : 0);
  });

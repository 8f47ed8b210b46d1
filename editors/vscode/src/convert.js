'use strict';
// Between the protocol's values and those of VS Code. Both count columns in UTF-16.

const vscode = require('vscode');

const toPosition = ({ line, character }) => new vscode.Position(line, character);
const fromPosition = ({ line, character }) => ({ line, character });
const toRange = ({ start, end }) => new vscode.Range(toPosition(start), toPosition(end));
const fromRange = ({ start, end }) => ({ start: fromPosition(start), end: fromPosition(end) });
const toURI = (text) => vscode.Uri.parse(text);
const fromURI = (uri) => uri.toString();
const toLocation = ({ uri, range }) => new vscode.Location(toURI(uri), toRange(range));
const toEdit = ({ range, newText }) => new vscode.TextEdit(toRange(range), newText);

/** Markdown, or plain text, as the server gives it. */
function toMarkdown(content) {
  if (content === undefined || content === null) return undefined;
  if (typeof content === 'string') return new vscode.MarkdownString(content);
  if (content.kind === 'plaintext') return new vscode.MarkdownString().appendText(content.value);
  return new vscode.MarkdownString(content.value);
}

function toDefinition(result) {
  if (!result) return undefined;
  return [].concat(result).map((item) =>
    item.targetUri === undefined
      ? toLocation(item)
      : {
          originSelectionRange: item.originSelectionRange && toRange(item.originSelectionRange),
          targetUri: toURI(item.targetUri),
          targetRange: toRange(item.targetRange),
          targetSelectionRange: toRange(item.targetSelectionRange),
        },
  );
}

// Diagnostics

const severities = new Map([
  [1, vscode.DiagnosticSeverity.Error],
  [2, vscode.DiagnosticSeverity.Warning],
  [3, vscode.DiagnosticSeverity.Information],
  [4, vscode.DiagnosticSeverity.Hint],
]);

/** A finding that remembers what the server said of it, since code actions are asked for with it. */
function toDiagnostic(item) {
  const diagnostic = new vscode.Diagnostic(toRange(item.range), item.message, severities.get(item.severity ?? 1));
  diagnostic.source = item.source;
  diagnostic.code =
    item.codeDescription && item.code !== undefined
      ? { value: item.code, target: toURI(item.codeDescription.href) }
      : item.code;
  diagnostic.tags = item.tags;
  diagnostic.relatedInformation = item.relatedInformation?.map(
    ({ location, message }) => new vscode.DiagnosticRelatedInformation(toLocation(location), message),
  );
  diagnostic.data = item.data;
  return diagnostic;
}

function fromDiagnostic(diagnostic) {
  const isLinked = typeof diagnostic.code === 'object' && diagnostic.code !== null;
  return {
    range: fromRange(diagnostic.range),
    message: diagnostic.message,
    severity: [...severities].find(([, severity]) => severity === diagnostic.severity)?.[0],
    source: diagnostic.source,
    code: isLinked ? diagnostic.code.value : diagnostic.code,
    codeDescription: isLinked ? { href: diagnostic.code.target.toString() } : undefined,
    data: diagnostic.data,
  };
}

// Edits and commands

function toWorkspaceEdit(edit) {
  if (!edit) return undefined;
  const result = new vscode.WorkspaceEdit();
  const add = (uri, edits) => {
    for (const { range, newText } of edits) result.replace(toURI(uri), toRange(range), newText);
  };
  for (const change of edit.documentChanges ?? []) {
    const { options } = change;
    if (change.kind === 'create') result.createFile(toURI(change.uri), options);
    else if (change.kind === 'rename') result.renameFile(toURI(change.oldUri), toURI(change.newUri), options);
    else if (change.kind === 'delete') result.deleteFile(toURI(change.uri), options);
    else add(change.textDocument.uri, change.edits);
  }
  if (!edit.documentChanges) for (const [uri, edits] of Object.entries(edit.changes ?? {})) add(uri, edits);
  return result;
}

const toCommand = (item) => item && { title: item.title, command: item.command, arguments: item.arguments };

function toCodeAction(item) {
  if (typeof item.command === 'string') return toCommand(item);
  const kind = item.kind ? vscode.CodeActionKind.Empty.append(item.kind) : undefined;
  const action = new vscode.CodeAction(item.title, kind);
  action.diagnostics = item.diagnostics?.map(toDiagnostic);
  action.isPreferred = item.isPreferred;
  action.disabled = item.disabled;
  action.edit = toWorkspaceEdit(item.edit);
  action.command = toCommand(item.command);
  return action;
}

// Completion

// The protocol counts the kinds from 1, VS Code from 0, in the same order.
const toCompletionKind = (kind) => (kind === undefined ? undefined : kind - 1);

function toCompletionItem(item) {
  const result = new vscode.CompletionItem(
    item.labelDetails ? { label: item.label, ...item.labelDetails } : item.label,
    toCompletionKind(item.kind),
  );
  result.detail = item.detail;
  result.documentation = toMarkdown(item.documentation);
  result.sortText = item.sortText;
  result.filterText = item.filterText;
  result.preselect = item.preselect;
  result.commitCharacters = item.commitCharacters;
  result.tags = item.tags;
  const edit = item.textEdit;
  const text = edit?.newText ?? item.insertText ?? item.label;
  const isSnippet = item.insertTextFormat === 2;
  result.insertText = isSnippet ? new vscode.SnippetString(text) : text;
  if (edit?.range) result.range = toRange(edit.range);
  else if (edit?.insert) result.range = { inserting: toRange(edit.insert), replacing: toRange(edit.replace) };
  result.keepWhitespace = item.insertTextMode === 1;
  result.additionalTextEdits = item.additionalTextEdits?.map(toEdit);
  result.command = toCommand(item.command);
  return result;
}

// Structure

function toSymbol(item) {
  const symbol = new vscode.DocumentSymbol(
    item.name,
    item.detail ?? '',
    item.kind - 1,
    toRange(item.range),
    toRange(item.selectionRange),
  );
  symbol.tags = item.tags;
  symbol.children = (item.children ?? []).map(toSymbol);
  return symbol;
}

const foldingKinds = {
  comment: vscode.FoldingRangeKind.Comment,
  imports: vscode.FoldingRangeKind.Imports,
  region: vscode.FoldingRangeKind.Region,
};

const toFoldingRange = (item) => new vscode.FoldingRange(item.startLine, item.endLine, foldingKinds[item.kind]);

function toSelectionRange(item) {
  return new vscode.SelectionRange(toRange(item.range), item.parent && toSelectionRange(item.parent));
}

function toInlayHint(item) {
  const label =
    typeof item.label === 'string'
      ? item.label
      : item.label.map((part) => {
          const result = new vscode.InlayHintLabelPart(part.value);
          result.tooltip = toMarkdown(part.tooltip);
          result.location = part.location && toLocation(part.location);
          result.command = toCommand(part.command);
          return result;
        });
  const hint = new vscode.InlayHint(toPosition(item.position), label, item.kind);
  hint.tooltip = toMarkdown(item.tooltip);
  hint.paddingLeft = item.paddingLeft;
  hint.paddingRight = item.paddingRight;
  hint.textEdits = item.textEdits?.map(toEdit);
  return hint;
}

function toCodeLens(item) {
  return new vscode.CodeLens(toRange(item.range), toCommand(item.command));
}

module.exports = {
  toPosition,
  fromPosition,
  toRange,
  fromRange,
  toURI,
  fromURI,
  toLocation,
  toEdit,
  toMarkdown,
  toDefinition,
  toDiagnostic,
  fromDiagnostic,
  toWorkspaceEdit,
  toCommand,
  toCodeAction,
  toCompletionItem,
  toSymbol,
  toFoldingRange,
  toSelectionRange,
  toInlayHint,
  toCodeLens,
};

'use strict';
// Everything that the server offers inside a document, registered with VS Code as the server announces it.

const vscode = require('vscode');
const convert = require('./convert');
const { fromPosition, fromRange, fromURI } = convert;
const { codes } = require('./connection');
const { selector } = require('./documents');

const identifier = (document) => ({ uri: fromURI(document.uri) });
const place = (document, position) => ({ textDocument: identifier(document), position: fromPosition(position) });
const nothing = new Set([codes.requestCancelled, codes.contentModified, codes.serverCancelled]);

/**
 * @param {import('./connection').Connection} connection
 * @param {object} capabilities what the server announced
 * @param {(line: string) => void} log
 * @returns {{subscriptions: vscode.Disposable[], refresh: Map<string, () => void>}} how to end it all, and what is to be
 *   done at the server's word
 */
function registerFeatures(connection, capabilities, log) {
  const { languages } = vscode;
  const subscriptions = [];
  const refresh = new Map();
  const keep = (subscription) => subscriptions.push(subscription);

  /** An answer turned into VS Code's terms; nothing where there is none. */
  async function ask(method, params, token, turn) {
    try {
      const result = await connection.request(method, params, token);
      return result === null || result === undefined || token?.isCancellationRequested ? undefined : turn(result);
    } catch (error) {
      if (!nothing.has(error.code) && !connection.isClosed) log(`${method}: ${error.message}`);
      return undefined;
    }
  }

  /** An event that tells VS Code to ask again, fired by one of the server's requests. */
  function refreshEvent(method) {
    const emitter = new vscode.EventEmitter();
    keep(emitter);
    refresh.set(method, () => emitter.fire());
    return emitter.event;
  }

  if (capabilities.hoverProvider) {
    keep(
      languages.registerHoverProvider(selector, {
        provideHover: (document, position, token) =>
          ask('textDocument/hover', place(document, position), token, ({ contents, range }) => {
            const parts = [].concat(contents).map(convert.toMarkdown);
            return new vscode.Hover(parts, range && convert.toRange(range));
          }),
      }),
    );
  }

  if (capabilities.completionProvider) {
    const originals = new WeakMap();
    const provider = {
      provideCompletionItems: (document, position, token, context) => {
        const params = {
          ...place(document, position),
          context: { triggerKind: context.triggerKind + 1, triggerCharacter: context.triggerCharacter },
        };
        return ask('textDocument/completion', params, token, (result) => {
          const items = (Array.isArray(result) ? result : result.items).map((item) => {
            const turned = convert.toCompletionItem(item);
            originals.set(turned, item);
            return turned;
          });
          return new vscode.CompletionList(items, result.isIncomplete === true);
        });
      },
    };
    if (capabilities.completionProvider.resolveProvider) {
      provider.resolveCompletionItem = async (item, token) => {
        const original = originals.get(item);
        if (!original) return item;
        const resolved = await ask('completionItem/resolve', original, token, (result) => result);
        if (!resolved) return item;
        item.documentation = convert.toMarkdown(resolved.documentation);
        item.detail = resolved.detail;
        item.additionalTextEdits = resolved.additionalTextEdits?.map(convert.toEdit);
        return item;
      };
    }
    const characters = capabilities.completionProvider.triggerCharacters ?? [];
    keep(languages.registerCompletionItemProvider(selector, provider, ...characters));
  }

  if (capabilities.definitionProvider) {
    keep(
      languages.registerDefinitionProvider(selector, {
        provideDefinition: (document, position, token) =>
          ask('textDocument/definition', place(document, position), token, convert.toDefinition),
      }),
    );
  }

  if (capabilities.referencesProvider) {
    keep(
      languages.registerReferenceProvider(selector, {
        provideReferences: (document, position, { includeDeclaration }, token) =>
          ask(
            'textDocument/references',
            { ...place(document, position), context: { includeDeclaration } },
            token,
            (items) => items.map(convert.toLocation),
          ),
      }),
    );
  }

  if (capabilities.documentHighlightProvider) {
    keep(
      languages.registerDocumentHighlightProvider(selector, {
        provideDocumentHighlights: (document, position, token) =>
          ask('textDocument/documentHighlight', place(document, position), token, (items) =>
            items.map(({ range, kind }) => new vscode.DocumentHighlight(convert.toRange(range), (kind ?? 1) - 1)),
          ),
      }),
    );
  }

  if (capabilities.documentSymbolProvider) {
    keep(
      languages.registerDocumentSymbolProvider(selector, {
        provideDocumentSymbols: (document, token) =>
          ask('textDocument/documentSymbol', { textDocument: identifier(document) }, token, (items) =>
            items.map(convert.toSymbol),
          ),
      }),
    );
  }

  if (capabilities.workspaceSymbolProvider) {
    keep(
      languages.registerWorkspaceSymbolProvider({
        provideWorkspaceSymbols: (query, token) =>
          ask('workspace/symbol', { query }, token, (items) =>
            items.map(
              (item) =>
                new vscode.SymbolInformation(
                  item.name,
                  item.kind - 1,
                  item.containerName ?? '',
                  convert.toLocation(item.location),
                ),
            ),
          ),
      }),
    );
  }

  if (capabilities.codeActionProvider) {
    const kinds = capabilities.codeActionProvider.codeActionKinds?.map((kind) =>
      vscode.CodeActionKind.Empty.append(kind),
    );
    const originals = new WeakMap();
    const provider = {
      provideCodeActions: (document, range, context, token) => {
        const params = {
          textDocument: identifier(document),
          range: fromRange(range),
          context: {
            diagnostics: context.diagnostics.map(convert.fromDiagnostic),
            only: context.only && [context.only.value],
            triggerKind: context.triggerKind,
          },
        };
        return ask('textDocument/codeAction', params, token, (items) =>
          items.map((item) => {
            const action = convert.toCodeAction(item);
            originals.set(action, item);
            return action;
          }),
        );
      },
    };
    if (capabilities.codeActionProvider.resolveProvider) {
      provider.resolveCodeAction = async (action, token) => {
        const original = originals.get(action);
        const edit = original && (await ask('codeAction/resolve', original, token, (item) => item.edit));
        if (edit) action.edit = convert.toWorkspaceEdit(edit);
        return action;
      };
    }
    keep(languages.registerCodeActionsProvider(selector, provider, { providedCodeActionKinds: kinds }));
  }

  if (capabilities.codeLensProvider) {
    const originals = new WeakMap();
    const provider = {
      onDidChangeCodeLenses: refreshEvent('workspace/codeLens/refresh'),
      provideCodeLenses: (document, token) =>
        ask('textDocument/codeLens', { textDocument: identifier(document) }, token, (items) =>
          items.map((item) => {
            const lens = convert.toCodeLens(item);
            originals.set(lens, item);
            return lens;
          }),
        ),
    };
    if (capabilities.codeLensProvider.resolveProvider) {
      provider.resolveCodeLens = async (lens, token) => {
        const command = await ask('codeLens/resolve', originals.get(lens), token, (item) => item.command);
        lens.command = convert.toCommand(command);
        return lens;
      };
    }
    keep(languages.registerCodeLensProvider(selector, provider));
  }

  if (capabilities.documentLinkProvider) {
    keep(
      languages.registerDocumentLinkProvider(selector, {
        provideDocumentLinks: (document, token) =>
          ask('textDocument/documentLink', { textDocument: identifier(document) }, token, (items) =>
            items.map((item) => {
              const target = item.target === undefined ? undefined : convert.toURI(item.target);
              const link = new vscode.DocumentLink(convert.toRange(item.range), target);
              link.tooltip = item.tooltip;
              return link;
            }),
          ),
      }),
    );
  }

  const options = ({ tabSize, insertSpaces }) => ({ tabSize, insertSpaces });
  const edits = (items) => items.map(convert.toEdit);
  if (capabilities.documentFormattingProvider) {
    keep(
      languages.registerDocumentFormattingEditProvider(selector, {
        provideDocumentFormattingEdits: (document, style, token) =>
          ask(
            'textDocument/formatting',
            { textDocument: identifier(document), options: options(style) },
            token,
            edits,
          ),
      }),
    );
  }
  if (capabilities.documentRangeFormattingProvider) {
    keep(
      languages.registerDocumentRangeFormattingEditProvider(selector, {
        provideDocumentRangeFormattingEdits: (document, range, style, token) =>
          ask(
            'textDocument/rangeFormatting',
            { textDocument: identifier(document), range: fromRange(range), options: options(style) },
            token,
            edits,
          ),
      }),
    );
  }
  const typing = capabilities.documentOnTypeFormattingProvider;
  if (typing) {
    keep(
      languages.registerOnTypeFormattingEditProvider(
        selector,
        {
          provideOnTypeFormattingEdits: (document, position, ch, style, token) =>
            ask(
              'textDocument/onTypeFormatting',
              { ...place(document, position), ch, options: options(style) },
              token,
              edits,
            ),
        },
        typing.firstTriggerCharacter,
        ...(typing.moreTriggerCharacter ?? []),
      ),
    );
  }

  if (capabilities.renameProvider) {
    const provider = {
      // Why something can't be renamed is for the author to read, so these refusals are passed on.
      provideRenameEdits: async (document, position, newName, token) =>
        convert.toWorkspaceEdit(
          await connection.request('textDocument/rename', { ...place(document, position), newName }, token),
        ),
    };
    if (capabilities.renameProvider.prepareProvider) {
      provider.prepareRename = async (document, position, token) => {
        const result = await connection.request('textDocument/prepareRename', place(document, position), token);
        if (!result) throw new Error('Nothing here has a name that could be changed.');
        return result.range
          ? { range: convert.toRange(result.range), placeholder: result.placeholder }
          : convert.toRange(result);
      };
    }
    keep(languages.registerRenameProvider(selector, provider));
  }

  if (capabilities.foldingRangeProvider) {
    keep(
      languages.registerFoldingRangeProvider(selector, {
        provideFoldingRanges: (document, _, token) =>
          ask('textDocument/foldingRange', { textDocument: identifier(document) }, token, (items) =>
            items.map(convert.toFoldingRange),
          ),
      }),
    );
  }

  if (capabilities.selectionRangeProvider) {
    keep(
      languages.registerSelectionRangeProvider(selector, {
        provideSelectionRanges: (document, positions, token) =>
          ask(
            'textDocument/selectionRange',
            { textDocument: identifier(document), positions: positions.map(fromPosition) },
            token,
            (items) => items.map(convert.toSelectionRange),
          ),
      }),
    );
  }

  if (capabilities.semanticTokensProvider) {
    const { legend: names, full, range } = capabilities.semanticTokensProvider;
    const legend = new vscode.SemanticTokensLegend(names.tokenTypes, names.tokenModifiers);
    const toTokens = ({ data, resultId }) => new vscode.SemanticTokens(new Uint32Array(data), resultId);
    if (full) {
      const provider = {
        onDidChangeSemanticTokens: refreshEvent('workspace/semanticTokens/refresh'),
        provideDocumentSemanticTokens: (document, token) =>
          ask('textDocument/semanticTokens/full', { textDocument: identifier(document) }, token, toTokens),
      };
      if (full.delta) {
        provider.provideDocumentSemanticTokensEdits = (document, previousResultId, token) =>
          ask(
            'textDocument/semanticTokens/full/delta',
            { textDocument: identifier(document), previousResultId },
            token,
            (result) => {
              if (result.data) return toTokens(result);
              const changes = result.edits.map(
                ({ start, deleteCount, data }) =>
                  new vscode.SemanticTokensEdit(start, deleteCount, data && new Uint32Array(data)),
              );
              return new vscode.SemanticTokensEdits(changes, result.resultId);
            },
          );
      }
      keep(languages.registerDocumentSemanticTokensProvider(selector, provider, legend));
    }
    if (range) {
      const provider = {
        provideDocumentRangeSemanticTokens: (document, stretch, token) =>
          ask(
            'textDocument/semanticTokens/range',
            { textDocument: identifier(document), range: fromRange(stretch) },
            token,
            toTokens,
          ),
      };
      keep(languages.registerDocumentRangeSemanticTokensProvider(selector, provider, legend));
    }
  }

  if (capabilities.inlayHintProvider) {
    const originals = new WeakMap();
    const provider = {
      onDidChangeInlayHints: refreshEvent('workspace/inlayHint/refresh'),
      provideInlayHints: (document, range, token) =>
        ask(
          'textDocument/inlayHint',
          { textDocument: identifier(document), range: fromRange(range) },
          token,
          (items) =>
            items.map((item) => {
              const hint = convert.toInlayHint(item);
              originals.set(hint, item);
              return hint;
            }),
        ),
    };
    if (capabilities.inlayHintProvider.resolveProvider) {
      provider.resolveInlayHint = async (hint, token) => {
        const tooltip = await ask('inlayHint/resolve', originals.get(hint), token, (item) => item.tooltip);
        hint.tooltip = convert.toMarkdown(tooltip);
        return hint;
      };
    }
    keep(languages.registerInlayHintsProvider(selector, provider));
  }

  const schemes = capabilities.workspace?.textDocumentContent?.schemes ?? [];
  if (schemes.length) {
    const emitter = new vscode.EventEmitter();
    keep(emitter);
    refresh.set('workspace/textDocumentContent/refresh', ({ uri }) => emitter.fire(convert.toURI(uri)));
    const provider = {
      onDidChange: emitter.event,
      provideTextDocumentContent: (uri, token) =>
        ask('workspace/textDocumentContent', { uri: fromURI(uri) }, token, ({ text }) => text),
    };
    for (const scheme of schemes) keep(vscode.workspace.registerTextDocumentContentProvider(scheme, provider));
  }

  return { subscriptions, refresh };
}

module.exports = { registerFeatures };

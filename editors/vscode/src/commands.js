'use strict';
// The commands of the palette and of the lenses: what they lack is asked for here, and what they give is shown here.

const vscode = require('vscode');
const { fromURI } = require('./convert');
const { codes } = require('./connection');

/** The scheme of the documents that show what a command gives. */
const resultScheme = 'masque-result';

/** Somebody was asked and did not answer. */
class Dismissed extends Error {}

function answered(value) {
  if (value === undefined) throw new Dismissed();
  return value;
}

/** The masque that is being looked at, if one is. */
function currentMasque() {
  const document = vscode.window.activeTextEditor?.document;
  return document?.languageId === 'masque' ? document : undefined;
}

/** The commands, with the server that answers them. */
class Commands {
  /** @param {() => import('./server').Server | undefined} server whichever is running */
  constructor(server) {
    this.server = server;
    this.results = new Map();
    this.further = new Map();
    this.changed = new vscode.EventEmitter();
    this.wearingChanged = new vscode.EventEmitter();
    /** Fires when a masque was put on or taken off. */
    this.onDidChangeWearing = this.wearingChanged.event;
  }

  /** Each command: its argument from what was given, and how its result is shown. */
  table = {
    'masque.don': {
      complete: async (argument) => {
        if (isAboutNothing(argument)) {
          argument = { ...argument, masque: await this.pickMasque('Which masque is to be put on?') };
          const intent = await this.input('What is it put on for? Nothing need be said.', 'implement the parser');
          if (intent) argument.intent = intent;
        }
        await this.saveFirst(argument.uri);
        return argument;
      },
      show: async ({ active, text, warnings }) => {
        this.wearingChanged.fire();
        const message = [`You wear ${active.name} ${active.version} as ${active.ring}.`, ...sentences(warnings)];
        const answer = await vscode.window.showInformationMessage(message.join(' '), 'Show');
        if (answer === 'Show') await this.showResult(`${active.name}.md`, text);
      },
    },
    'masque.doff': {
      complete: async () => ({}),
      show: ({ ended, warnings }) => {
        this.wearingChanged.fire();
        if (!ended) return inform('No masque is worn.');
        const paid = ended.paid === null ? 'It is paid later' : `It cost $${ended.paid}`;
        const score = ended.score ? ` and scored ${ended.score.composite}` : '';
        return inform([`${ended.name} is off. ${paid}${score}.`, ...sentences(warnings)].join(' '));
      },
    },
    'masque.id': {
      complete: async (argument) => ({ ...argument, block: true }),
      show: async ({ active, previous, block, warnings }) => {
        this.wearingChanged.fire();
        if (!active) return inform(previous ? `No masque is worn; the last was ${previous.name}.` : 'No masque is worn.');
        const message = [`You wear ${active.name} ${active.version} as ${active.ring}.`, ...sentences(warnings)];
        const answer = await vscode.window.showInformationMessage(message.join(' '), ...(block ? ['Show'] : []));
        if (answer === 'Show') await this.showResult(`${active.name}.md`, block);
      },
    },
    'masque.list': {
      complete: async (argument) => argument,
      show: async (result) => {
        const chosen = await vscode.window.showQuickPick(masqueItems(result), {
          title: 'Masques',
          placeHolder: 'Choose one to open it',
          matchOnDescription: true,
          matchOnDetail: true,
        });
        if (chosen) await vscode.window.showTextDocument(this.uriOf(chosen.masque.file));
      },
    },
    'masque.inspect': {
      complete: (argument) => this.aboutMasque(argument, 'Which masque?'),
      show: (result) =>
        this.showResult(`${result.masque.name ?? 'masque'}.json`, `${JSON.stringify(result, undefined, 2)}\n`),
    },
    'masque.preview': {
      complete: (argument) => this.aboutMasque(argument, 'Which masque?'),
      show: async (result, argument) => {
        // The server keeps a preview under a URI of its own up to date, unsaved text included.
        const uri = argument.uri?.startsWith('file:')
          ? vscode.Uri.parse(`masque:${argument.uri.slice('file:'.length)}`)
          : undefined;
        if (!uri) return this.showResult(`${result.masque.name ?? 'masque'}.md`, result.text);
        const document = await vscode.workspace.openTextDocument(uri);
        await vscode.window.showTextDocument(document, { preview: true, viewColumn: vscode.ViewColumn.Beside });
      },
    },
    'masque.intent.explain': {
      complete: async (argument) => {
        argument = await this.aboutMasque(argument, 'Which masque?');
        if (argument.phrase !== undefined) return argument;
        const phrase = await this.input('What is intended?', 'deploy to production');
        return { ...argument, phrase: phrase.trim() };
      },
      // The server words the verdict, and where it was decided.
      isShownByServer: true,
    },
    'masque.intent.diff': {
      complete: async (argument) => {
        const before = argument.before ?? (await this.pickMasque('Compare which masque …'));
        const after = argument.after ?? (await this.pickMasque('… with which?'));
        return { ...argument, before, after };
      },
      isShownByServer: true,
    },
    'masque.new': {
      complete: async (argument) => {
        if (argument.name !== undefined) return argument;
        const name = await this.input('What is the new masque called?', 'Code Gardener');
        const rings = [
          { label: 'guest', description: 'here for a limited time and purpose' },
          { label: 'player', description: 'trusted with everyday work' },
          { label: 'admin', description: 'may touch everything, and answers for everything' },
          { label: 'outsider', description: 'not trusted at all' },
        ];
        const ring = answered(await vscode.window.showQuickPick(rings, { title: 'Which ring does it take to wear it?' }));
        return { ...argument, name: name.trim(), ring: ring.label };
      },
      show: ({ masque }) => vscode.window.showTextDocument(this.uriOf(masque.file)),
    },
    'masque.syncManifest': {
      complete: async (argument) => argument,
      show: ({ manifests }) =>
        inform(
          manifests.length
            ? `Written: ${manifests.map(({ file }) => file).join(', ')}.`
            : 'There is no library whose manifest could be written.',
        ),
    },
    'masque.pin': {
      complete: (argument) => this.byFile(argument, 'Which masque is to be pinned?'),
      show: ({ masque, lock, changed }) =>
        inform(`${masque.name} ${masque.version} ${changed ? 'is pinned' : 'was pinned before'} in ${lock}.`),
    },
    'masque.upgrade': {
      complete: (argument) => this.byFile(argument, 'Of which masque is the pin to be renewed?'),
      show: ({ masque, before, changed, changes }) =>
        inform(
          changed
            ? [`${masque.name} is pinned at ${masque.version} now, and was at ${before}.`, ...sentences(changes)].join(' ')
            : `${masque.name} ${masque.version} is pinned as it was.`,
        ),
    },
    'masque.explainRule': {
      complete: async (argument) => {
        if (argument.code !== undefined) return argument;
        const { selection, document } = vscode.window.activeTextEditor ?? {};
        const codeOf = ({ code }) => String(typeof code === 'object' ? code.value : code);
        const findings = document ? vscode.languages.getDiagnostics(document.uri) : [];
        const ours = findings.filter(({ source }) => source === 'masque');
        const here = ours.find(({ range }) => range.contains(selection.active));
        const code = await this.input('Which finding is to be explained?', 'intent-dead-allow', here && codeOf(here));
        return { ...argument, code: code.trim() };
      },
      isShownByServer: true,
    },
  };

  /**
   * Runs one of the server's commands.
   *
   * @param {string} name its name
   * @param {object} [given] the argument that a lens or a key binding brings; what it lacks is asked for
   * @returns {Promise<object | undefined>} the result, for other extensions
   */
  async run(name, given) {
    const server = this.server();
    if (!server?.commands.includes(name)) {
      const why = server?.info ? `${server.info.name} ${server.info.version} does not know it` : 'masque-lsp is not running';
      await vscode.window.showErrorMessage(`${name}: ${why}.`);
      return undefined;
    }
    const entry = this.table[name];
    try {
      // `show` is how the server is asked to show a result; here that is decided below.
      const { show: _, ...members } = given instanceof vscode.Uri ? { uri: fromURI(given) } : (given ?? {});
      const argument = entry ? await entry.complete(members) : members;
      const isShownByServer = entry?.isShownByServer === true;
      const result = await server.execute(name, isShownByServer ? { ...argument, show: true } : argument);
      // Whoever reads what was shown must not keep the caller waiting.
      if (!isShownByServer) {
        const show = entry?.show ?? (() => this.showAnything(name, result));
        Promise.resolve(show(result, argument)).catch((error) => this.complain(error));
      }
      return result;
    } catch (error) {
      this.complain(error);
      return undefined;
    }
  }

  complain(error) {
    if (error instanceof Dismissed || error.code === codes.requestCancelled) return;
    vscode.window.showErrorMessage(error.message);
  }

  async aboutMasque(argument, question) {
    if (!isAboutNothing(argument)) return argument;
    const document = currentMasque();
    if (document) return { ...argument, uri: fromURI(document.uri) };
    return { ...argument, masque: await this.pickMasque(question) };
  }

  /** A masque by the path of its file: the one in front, or one that is chosen. */
  async byFile(argument, question) {
    if (argument.masque !== undefined) return argument;
    const document = currentMasque();
    const { uri, ...members } = argument;
    const file = uri ? vscode.Uri.parse(uri) : document?.uri;
    if (file?.scheme === 'file') return { ...members, masque: file.fsPath };
    return { ...members, masque: await this.pickMasque(question) };
  }

  /** A masque of the library, by the path of its file. */
  async pickMasque(question) {
    const result = await this.server().execute('masque.list', {});
    const items = masqueItems(result).filter(({ masque }) => masque.problem === undefined);
    if (items.length === 0) throw new Error('There is no masque: none in `personas`, none in ~/.masques.');
    const chosen = await vscode.window.showQuickPick(items, {
      title: question,
      matchOnDescription: true,
      matchOnDetail: true,
    });
    // As a URI, since whoever does the command may see other folders than the server does.
    return this.uriOf(answered(chosen).masque.file).toString();
  }

  async input(prompt, placeHolder, value) {
    return answered(await vscode.window.showInputBox({ prompt, placeHolder, value }));
  }

  /** What is on disk is put on, so it had better be what is on the screen. */
  async saveFirst(uri) {
    const document = vscode.workspace.textDocuments.find((each) => fromURI(each.uri) === uri);
    if (!document?.isDirty) return;
    const answer = await vscode.window.showWarningMessage(
      'This masque has changes that are not saved, and the saved one would be put on.',
      { modal: true },
      'Save and Don',
    );
    answered(answer);
    if (!(await document.save())) throw new Error('The masque could not be saved.');
  }

  uriOf(file) {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    return file.startsWith('/') || !folder ? vscode.Uri.file(file) : vscode.Uri.joinPath(folder, file);
  }

  async showResult(name, text) {
    const uri = vscode.Uri.from({ scheme: resultScheme, path: `/${name}` });
    this.results.set(uri.toString(), text);
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true, viewColumn: vscode.ViewColumn.Beside });
  }

  /** A result of which nothing is known: its text, or else all of it. */
  showAnything(name, result) {
    const title = name.slice('masque.'.length);
    if (typeof result?.text === 'string') return this.showResult(`${title}.md`, result.text);
    return this.showResult(`${title}.json`, `${JSON.stringify(result, undefined, 2)}\n`);
  }

  /** Registers the commands of a server that is newer than this extension, so that its lenses do something. */
  offer(names) {
    for (const name of names) {
      if (this.table[name] || this.further.has(name)) continue;
      this.further.set(
        name,
        vscode.commands.registerCommand(name, (argument) => this.run(name, argument)),
      );
    }
  }

  /** Registers every command that the manifest names, whether or not this server knows it. */
  register() {
    const provider = {
      onDidChange: this.changed.event,
      provideTextDocumentContent: (uri) => this.results.get(uri.toString()) ?? '',
    };
    return [
      this.changed,
      this.wearingChanged,
      { dispose: () => this.further.forEach((subscription) => subscription.dispose()) },
      vscode.workspace.registerTextDocumentContentProvider(resultScheme, provider),
      ...Object.keys(this.table).map((name) =>
        vscode.commands.registerCommand(name, (argument) => this.run(name, argument)),
      ),
    ];
  }
}

const isAboutNothing = ({ masque, uri }) => masque === undefined && uri === undefined;
const inform = (message) => vscode.window.showInformationMessage(message);
const sentences = (warnings) => (warnings ?? []).map((warning) => `${warning}.`);

function masqueItems({ masques }) {
  return masques.map((masque) => ({
    label: masque.active ? `$(check) ${masque.name}` : masque.name,
    description: [masque.version, masque.ring, masque.source === 'private' ? 'private' : undefined]
      .filter(Boolean)
      .join(' · '),
    detail: masque.problem ?? masque.tagline,
    masque,
  }));
}

module.exports = { Commands, currentMasque };

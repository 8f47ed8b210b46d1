'use strict';
// Starts masque-lsp, keeps it running, and offers its commands.

const vscode = require('vscode');
const { Commands } = require('./commands');
const { Server } = require('./server');
const { Status } = require('./status');

/** A server that ends by itself is started again, unless it has done so that often in that many milliseconds. */
const maximumRestarts = 4;
const restartWindow = 180_000;

const installation = 'https://github.com/ChrisDBaldwin/masques/blob/main/editors/vscode/README.md';

let running;
let controller;

class Controller {
  constructor() {
    this.output = vscode.window.createOutputChannel('Masque');
    this.commands = new Commands(() => running);
    this.status = new Status(() => running);
    this.ends = [];
    this.turn = Promise.resolve();
    const { registerCommand } = vscode.commands;
    this.subscriptions = [
      this.output,
      this.status,
      ...this.commands.register(),
      this.commands.onDidChangeWearing(() => this.status.refresh()),
      registerCommand('masque.restartServer', () => this.restart()),
      registerCommand('masque.showOutput', () => this.output.show()),
      registerCommand('masque.choose', () => this.choose()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('masque.server')) this.restart();
      }),
    ];
  }

  /** Starting and stopping wait for each other. */
  inTurn(work) {
    this.turn = this.turn.then(work, work);
    return this.turn;
  }

  start() {
    return this.inTurn(() => this.startNow());
  }

  async startNow() {
    const server = new Server(this.output);
    this.status.setHealth('Starting', vscode.LanguageStatusSeverity.Information);
    try {
      await server.start();
    } catch (error) {
      server.dispose();
      this.status.setHealth('Not running', vscode.LanguageStatusSeverity.Error, error.message);
      this.output.appendLine(`masque-lsp could not be started: ${error.message}`);
      // Not awaited: a message stays until somebody reads it.
      this.explainFailure(error);
      return;
    }
    running = server;
    const { name, version } = server.info ?? { name: 'masque-lsp', version: '' };
    this.status.setHealth(`${name} ${version}`, vscode.LanguageStatusSeverity.Information);
    this.announce(server.commands);
    server.ended.then(({ code, signal }) => {
      if (running === server) running = undefined;
      if (!server.isStopping) this.recover(signal ?? code);
    });
    await this.status.refresh();
  }

  /** Which commands the palette shows. */
  announce(commands) {
    this.commands.offer(commands);
    for (const name of Object.keys(this.commands.table)) {
      const isOffered = commands.includes(name);
      vscode.commands.executeCommand('setContext', `masque.offers.${name.slice('masque.'.length)}`, isOffered);
    }
  }

  async recover(code) {
    this.output.appendLine(`masque-lsp ended with ${code}.`);
    const now = Date.now();
    this.ends = [...this.ends.filter((time) => now - time < restartWindow), now];
    if (this.ends.length <= maximumRestarts) return this.start();
    this.status.setHealth('Not running', vscode.LanguageStatusSeverity.Error, `ended with ${code}`);
    this.announce([]);
    this.status.show();
    const answer = await vscode.window.showErrorMessage(
      `masque-lsp has ended ${this.ends.length} times in a short while and is not started again.`,
      'Start Again',
      'Show Output',
    );
    if (answer === 'Start Again') return this.restart();
    if (answer === 'Show Output') this.output.show();
    return undefined;
  }

  async explainFailure(error) {
    const path = vscode.workspace.getConfiguration('masque').get('server.path');
    const message =
      error.code === 'ENOENT'
        ? `There is no ${path}: install it, or say where it is in the setting masque.server.path.`
        : `masque-lsp could not be started: ${error.message}`;
    const answer = await vscode.window.showErrorMessage(message, 'How to Install', 'Settings');
    if (answer === 'How to Install') await vscode.env.openExternal(vscode.Uri.parse(installation));
    if (answer === 'Settings') {
      await vscode.commands.executeCommand('workbench.action.openSettings', 'masque.server');
    }
  }

  restart() {
    this.ends = [];
    return this.inTurn(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  /** What a click on the status bar offers. */
  async choose() {
    const offered = running?.commands ?? [];
    const items = [
      { label: '$(person-add) Put a masque on …', command: 'masque.don' },
      { label: '$(person) Take the masque off', command: 'masque.doff', isHidden: !this.status.active },
      { label: '$(info) Show the masque that is worn', command: 'masque.id', isHidden: !this.status.active },
      { label: '$(list-unordered) List masques', command: 'masque.list' },
    ].filter(({ command, isHidden }) => offered.includes(command) && !isHidden);
    const chosen = await vscode.window.showQuickPick(items, { title: 'Masques' });
    if (chosen) await vscode.commands.executeCommand(chosen.command);
  }

  stop() {
    return this.inTurn(() => this.stopNow());
  }

  async stopNow() {
    const server = running;
    running = undefined;
    await server?.stop();
  }

  dispose() {
    this.subscriptions.forEach((subscription) => subscription.dispose());
  }
}

async function activate(context) {
  controller = new Controller();
  context.subscriptions.push(controller);
  await controller.start();
}

async function deactivate() {
  await controller?.stop();
}

module.exports = { activate, deactivate };

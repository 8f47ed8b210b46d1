'use strict';
// The status bar: which masque is worn, and how the server is.

const vscode = require('vscode');
const { isOurs } = require('./documents');

/** The runtime's own note of what is worn, beside the project. */
const sessionFile = '**/.claude/masque.session.yaml';

class Status {
  /** @param {() => import('./server').Server | undefined} server whichever is running */
  constructor(server) {
    this.server = server;
    this.worn = vscode.window.createStatusBarItem('masque.worn', vscode.StatusBarAlignment.Left, 40);
    this.worn.name = 'Active Masque';
    this.health = vscode.languages.createLanguageStatusItem('masque.server', [{ language: 'masque' }]);
    this.health.name = 'Masque Language Server';
    this.health.command = { title: 'Show Output', command: 'masque.showOutput' };
    const watcher = vscode.workspace.createFileSystemWatcher(sessionFile);
    const refresh = () => this.refresh();
    this.subscriptions = [
      this.worn,
      this.health,
      watcher,
      watcher.onDidCreate(refresh),
      watcher.onDidChange(refresh),
      watcher.onDidDelete(refresh),
      vscode.window.onDidChangeActiveTextEditor(() => this.show()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('masque.statusBar')) this.show();
      }),
    ];
  }

  /** Asks which masque is worn. */
  async refresh() {
    const server = this.server();
    if (!server?.commands.includes('masque.id')) {
      this.active = undefined;
    } else {
      try {
        ({ active: this.active } = await server.execute('masque.id', {}));
      } catch (error) {
        this.active = undefined;
        server.log(`masque.id: ${error.message}`);
      }
    }
    this.show();
  }

  show() {
    const { active } = this;
    const document = vscode.window.activeTextEditor?.document;
    const isWanted = vscode.workspace.getConfiguration('masque').get('statusBar.enable');
    // Whoever wears a masque wants to know it everywhere; that none is worn matters beside a masque alone.
    if (!isWanted || !this.server() || (!active && !(document && isOurs(document)))) {
      this.worn.hide();
      return;
    }
    this.worn.text = active ? `$(person) ${active.name}` : '$(person) No masque';
    this.worn.command = 'masque.choose';
    const lines = active
      ? [
          `**${active.name}** ${active.version}, as ${active.ring}`,
          `Since ${active.donnedAt}`,
          active.expiresAt ? `Until ${active.expiresAt}` : undefined,
          active.intent ? `For: ${active.intent}` : undefined,
        ]
      : ['No masque is worn here.'];
    this.worn.tooltip = new vscode.MarkdownString(lines.filter(Boolean).join('\n\n'));
    this.worn.show();
  }

  /** Says how the server is. */
  setHealth(text, severity, detail) {
    this.health.text = text;
    this.health.severity = severity;
    this.health.detail = detail;
  }

  dispose() {
    this.subscriptions.forEach((subscription) => subscription.dispose());
  }
}

module.exports = { Status };

'use strict';
// JSON-RPC 2.0 in Content-Length frames over two streams.

const SEPARATOR = Buffer.from('\r\n\r\n');

/** The error with which a peer refused a request. */
class ResponseError extends Error {
  constructor(code, message, data) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

const codes = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  internalError: -32603,
  serverCancelled: -32802,
  contentModified: -32801,
  requestCancelled: -32800,
};

/** Cuts a stream of bytes into the bodies of its messages. */
class FrameReader {
  constructor(onBody, onFailure) {
    this.onBody = onBody;
    this.onFailure = onFailure;
    this.chunks = [];
    this.size = 0;
    this.needed = 0;
    this.length = -1;
  }

  push(chunk) {
    this.chunks.push(chunk);
    this.size += chunk.length;
    // A body of many chunks is put together once, when all of it is there.
    if (this.size < this.needed) return;
    let buffer = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks, this.size);
    for (;;) {
      if (this.length < 0) {
        const end = buffer.indexOf(SEPARATOR);
        if (end < 0) {
          this.needed = 0;
          break;
        }
        const match = /^content-length:[ \t]*(\d+)[ \t]*$/im.exec(buffer.toString('latin1', 0, end));
        if (!match) {
          this.onFailure(new Error('a message without Content-Length'));
          return;
        }
        this.length = Number(match[1]);
        buffer = buffer.subarray(end + SEPARATOR.length);
      }
      if (buffer.length < this.length) {
        this.needed = this.length;
        break;
      }
      const body = buffer.subarray(0, this.length);
      buffer = buffer.subarray(this.length);
      this.length = -1;
      this.onBody(body);
    }
    this.chunks = buffer.length ? [buffer] : [];
    this.size = buffer.length;
  }
}

/** One peer: requests, notifications, and who answers them. */
class Connection {
  /**
   * @param {import('stream').Readable} input
   * @param {import('stream').Writable} output
   * @param {(line: string) => void} log
   */
  constructor(input, output, log) {
    this.output = output;
    this.log = log;
    this.nextId = 1;
    this.pending = new Map();
    this.requestHandlers = new Map();
    this.notificationHandlers = new Map();
    this.isClosed = false;
    const reader = new FrameReader(
      (body) => this.receive(body),
      (error) => this.close(error),
    );
    input.on('data', (chunk) => reader.push(chunk));
    // A server that is gone is noticed by its exit; writing to it must not end the extension's host.
    output.on('error', (error) => this.close(error));
  }

  onRequest(method, handler) {
    this.requestHandlers.set(method, handler);
  }

  onNotification(method, handler) {
    this.notificationHandlers.set(method, handler);
  }

  notify(method, params) {
    if (!this.isClosed) this.send({ jsonrpc: '2.0', method, params });
  }

  /**
   * @param {string} method
   * @param {unknown} params
   * @param {import('vscode').CancellationToken} [token] whose cancellation is told to the server
   */
  request(method, params, token) {
    if (this.isClosed) return Promise.reject(new Error('masque-lsp is not running'));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const subscription = token?.onCancellationRequested(() => this.notify('$/cancelRequest', { id }));
      this.pending.set(id, {
        resolve: (value) => {
          subscription?.dispose();
          resolve(value);
        },
        reject: (error) => {
          subscription?.dispose();
          reject(error);
        },
      });
      this.send({ jsonrpc: '2.0', id, method, params });
    });
  }

  send(message) {
    const body = Buffer.from(JSON.stringify(message), 'utf8');
    this.output.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.output.write(body);
  }

  receive(body) {
    let message;
    try {
      message = JSON.parse(body.toString('utf8'));
    } catch (error) {
      this.log(`A message that is no JSON: ${error.message}`);
      return;
    }
    if (message.method === undefined) this.settle(message);
    else if (message.id === undefined) this.handleNotification(message);
    else this.handleRequest(message);
  }

  settle(message) {
    const waiting = this.pending.get(message.id);
    if (!waiting) return;
    this.pending.delete(message.id);
    const { error } = message;
    if (error) waiting.reject(new ResponseError(error.code, error.message, error.data));
    else waiting.resolve(message.result);
  }

  handleNotification({ method, params }) {
    try {
      this.notificationHandlers.get(method)?.(params);
    } catch (error) {
      this.log(`${method}: ${error.stack ?? error}`);
    }
  }

  async handleRequest({ id, method, params }) {
    const handler = this.requestHandlers.get(method);
    let answer;
    try {
      if (!handler) throw new ResponseError(codes.methodNotFound, `${method} is not known here`);
      answer = { result: (await handler(params)) ?? null };
    } catch (error) {
      answer = { error: { code: error.code ?? codes.internalError, message: String(error.message ?? error) } };
      if (handler) this.log(`${method}: ${error.stack ?? error}`);
    }
    if (!this.isClosed) this.send({ jsonrpc: '2.0', id, ...answer });
  }

  close(error) {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const waiting of this.pending.values()) waiting.reject(error ?? new Error('masque-lsp has ended'));
    this.pending.clear();
  }
}

module.exports = { Connection, FrameReader, ResponseError, codes };

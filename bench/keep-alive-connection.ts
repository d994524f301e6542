import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Larger than any answer that is requested: an answer whose head arrives in two pieces is an error here. */
const RECEIVE_BYTES = 65_536;

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const CONTENT_LENGTH = Buffer.from('content-length: ');

export interface Listener {
  /** The whole answer has arrived. */
  answered(status: number): void;
  failed(error: Error): void;
}

/**
 * One HTTP/1.1 connection with one request in flight, for a load generator that shares the machine with what it
 * measures.
 *
 * A request consists of bytes that were made before; of an answer only the status and the length are parsed, and its
 * body is counted. `onread` delivers the bytes in one buffer, bypassing the stream machinery. Any answer that the
 * service would not give (a chunked one, unrequested bytes) is a failure.
 */
export class KeepAliveConnection {
  private readonly received = Buffer.alloc(RECEIVE_BYTES);
  private readonly socket: Socket;
  private closed = false;
  private status = 0;
  /** Bytes of the answer that have not arrived yet; −1 before its head. */
  private missing = -1;

  constructor(
    port: number,
    private readonly listener: Listener,
  ) {
    const onread = { buffer: this.received, callback: (count: number) => this.receive(count) };
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true, onread });
    this.socket.on('error', (error) => listener.failed(error));
    this.socket.on('close', () => this.closed || listener.failed(new Error('the service has closed a connection')));
  }

  async connected(): Promise<void> {
    await once(this.socket, 'connect');
  }

  send(request: Uint8Array): void {
    this.socket.write(request);
  }

  close(): void {
    this.closed = true;
    this.socket.destroy();
  }

  private receive(count: number): boolean {
    try {
      this.missing = (this.missing < 0 ? this.readHead(count) : this.missing) - count;
      if (this.missing < 0) throw new Error('more was answered than was asked');
    } catch (error) {
      this.listener.failed(error as Error);
      return false;
    }
    if (this.missing > 0) return true;
    this.missing = -1;
    this.listener.answered(this.status);
    return true;
  }

  /** @returns the length of the whole answer */
  private readHead(count: number): number {
    const { received } = this;
    const endOfHead = received.indexOf(END_OF_HEAD);
    const header = received.indexOf(CONTENT_LENGTH);
    // Bytes after `count` are left from an earlier answer.
    if (endOfHead < 0 || endOfHead >= count || header < 0 || header > endOfHead)
      throw new Error(`an answer without a length: ${received.toString('latin1', 0, Math.min(count, 500))}`);
    this.status = Number(received.toString('latin1', 9, 12));
    let length = 0;
    for (let at = header + CONTENT_LENGTH.length; isDigit(received[at]!); at++)
      length = 10 * length + received[at]! - 48;
    return endOfHead + END_OF_HEAD.length + length;
  }
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

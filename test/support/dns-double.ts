import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';

const TYPES: Readonly<Record<number, number>> = { 1: 4, 28: 6 };

/**
 * A name server with a few names. It denies that others exist, except `silent.example`, for which it does not answer at
 * all.
 */
export class DnsDouble {
  readonly answers = new Map<string, readonly string[]>();
  asked = 0;

  private constructor(private readonly socket: Socket) {
    socket.on('message', (query, { port, address }) => {
      this.asked++;
      const answer = this.answerTo(query);
      if (answer !== null) socket.send(answer, port, address);
    });
  }

  static async listen(): Promise<DnsDouble> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new DnsDouble(socket);
  }

  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  close(): void {
    this.socket.close();
  }

  /** RFC 1035 §4: repeats the question, and adds an answer for each address of the version that was asked for. */
  private answerTo(query: Buffer): Buffer | null {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at]!; length > 0; length = query[at]!) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const name = labels.join('.').toLowerCase();
    if (name === 'silent.example') return null;
    const type = query.readUInt16BE(at + 1);
    const question = query.subarray(12, at + 5);
    const known = this.answers.get(name);
    const found = (known ?? []).filter((address) => isIP(address) === TYPES[type]);
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(known === undefined ? 0x8183 : 0x8180, 2);
    [1, found.length, 0, 0].forEach((count, i) => head.writeUInt16BE(count, 4 + 2 * i));
    return Buffer.concat([head, question, ...found.map((address) => recordOf(address, type))]);
  }
}

/** The record's name points to the question's, which follows the header. */
function recordOf(address: string, type: number): Buffer {
  const data = type === 1 ? Buffer.from(address.split('.').map(Number)) : bytesOf(address);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(60, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

/** @param address with one `::` */
function bytesOf(address: string): Buffer {
  const [left, right] = address.split('::').map((side) => side.split(':').filter((word) => word !== ''));
  const words = [...left!, ...Array<string>(8 - left!.length - right!.length).fill('0'), ...right!];
  return Buffer.from(words.map((word) => word.padStart(4, '0')).join(''), 'hex');
}

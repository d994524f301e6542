import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, isIP, type Socket } from 'node:net';
import type { LookupAddress } from 'node:dns';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WebhookUrlRefused } from '../../src/modules/webhooks/domain/refusals.js';
import { OutgoingPost, type OutgoingOptions } from '../../src/modules/webhooks/infrastructure/outgoing-post.js';
import { HookReceiver, NO_CONTENT, SILENCE } from '../support/hook-receiver.js';
import { tlsFile } from '../support/tls.js';

const STRICT: OutgoingOptions = { allowLoopback: false, proxy: null };
const AT_HOME: OutgoingOptions = { allowLoopback: true, proxy: null, timeoutMs: 10_000 };

const PUBLIC = '93.184.215.14';

const resolved = (...addresses: string[]): LookupAddress[] =>
  addresses.map((address) => ({ address, family: isIP(address) }));

/** Addresses as they stand in a url: nobody may be led there, however it is written. */
const EVIL_URLS = [
  // This machine.
  ...['127.0.0.1', '127.0.0.2', '127.255.255.254', '127.1', '127.0.1', '2130706433', '017700000001', '0x7f000001'],
  ...['0x7f.1', '0177.0.0.1', '0', '0.0.0.0', '0.0.0.1', '0x0', '[::1]', '[::]', '[0:0:0:0:0:0:0:1]'],
  ...['%31%32%37.0.0.1', '１２７.0.0.1', '127。0。0。1'],
  // Its network.
  ...['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.255', '0xa.0.0.1'],
  ...['3232235521', '100.64.0.1', '100.127.255.255', '[fc00::1]', '[fdff::1]', '[fec0::1]'],
  // Link-local and the clouds' metadata.
  ...['169.254.169.254', '169.254.170.2', '0xa9fea9fe', '2852039166', '[fe80::1]', '[febf::1]', '[fd00:ec2::254]'],
  ...['[fd20:ce::254]', '100.100.100.200', '192.0.0.192', '168.63.129.16'],
  // Multicast, broadcast, reserved, documentation, tests.
  ...['224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255', '[ff02::1]', '[ff0e::1]', '192.0.2.1'],
  ...['198.51.100.1', '203.0.113.1', '198.18.0.1', '192.88.99.1', '[2001:db8::1]', '[3fff::1]', '[100::1]'],
  // IPv4 within IPv6: mapped, compatible, translated, 6to4, Teredo.
  ...['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::ffff:a9fe:a9fe]', '[::ffff:10.0.0.1]', '[::ffff:8.8.8.8]'],
  ...['[::127.0.0.1]', '[::7f00:1]', '[64:ff9b::7f00:1]', '[64:ff9b::a00:1]', '[64:ff9b:1::1]', '[::ffff:0:7f00:1]'],
  ...['[2002:7f00:1::]', '[2002:a9fe:a9fe::1]', '[2001:0:7f00:1::]', '[2001:10::1]'],
].map((host) => `https://${host}:8443/hook`);

const EVIL_FORMS = [
  'http://93.184.215.14/',
  'ftp://93.184.215.14/',
  'file:///etc/passwd',
  'gopher://93.184.215.14:70/_',
  'javascript:alert(1)',
  'data:text/plain,x',
  'https://user@93.184.215.14/',
  'https://user:secret@93.184.215.14/',
  'https://93.184.215.14:22/',
  'https://93.184.215.14:25/',
  'https://93.184.215.14:80/',
  'https://93.184.215.14:1024/',
  'https://93.184.215.14:0/',
  'https://93.184.215.14:65536/',
  'https://93.184.215.14/#x',
  'https://[fe80::1%25eth0]/',
  'https://',
  '//93.184.215.14/',
  'example.com',
  '',
];

/** Every TCP connection that this process begins. */
const opened: Socket[] = [];
const note = (message: unknown): void => void opened.push((message as { socket: Socket }).socket);

beforeAll(() => subscribe('net.client.socket', note));
afterAll(() => void unsubscribe('net.client.socket', note));
beforeEach(() => {
  opened.length = 0;
});

describe('an address that somebody has chosen', () => {
  it('is one of more than sixty here', () => {
    expect(new Set(EVIL_URLS).size).toBe(EVIL_URLS.length);
    expect(EVIL_URLS.length).toBeGreaterThanOrEqual(60);
  });

  it.each([...EVIL_URLS, ...EVIL_FORMS])('%s is refused, and nothing is connected to', async (url) => {
    const outgoing = new OutgoingPost(STRICT);
    await expect(outgoing.check(url)).rejects.toThrow(WebhookUrlRefused);
    await expect(outgoing.post(url, {}, '{}')).rejects.toThrow(WebhookUrlRefused);
    expect(opened).toHaveLength(0);
  });

  it('is refused when its name leads to any of these', async () => {
    // `URL` writes the odd ones in the usual way, so that some are the same here.
    const hosts = EVIL_URLS.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ''));
    const addresses = hosts.filter((host) => isIP(host) !== 0);
    expect(addresses.length).toBeGreaterThanOrEqual(60);
    for (const address of addresses) {
      const outgoing = new OutgoingPost({ ...STRICT, resolve: () => Promise.resolve(resolved(address)) });
      await expect(outgoing.post('https://hook.example/', {}, '{}')).rejects.toThrow('must lead to a public address');
    }
    expect(opened).toHaveLength(0);
  });

  it('is refused when one of several addresses is not public, when there is none, and when the name is unknown', async () => {
    for (const found of [resolved(PUBLIC, '10.0.0.1'), resolved('::1', PUBLIC), []]) {
      const outgoing = new OutgoingPost({ ...STRICT, resolve: () => Promise.resolve(found) });
      await expect(outgoing.check('https://hook.example/')).rejects.toThrow('must lead to a public address');
    }
    const unknown = new OutgoingPost({ ...STRICT, resolve: () => Promise.reject(new Error('ENOTFOUND')) });
    await expect(unknown.check('https://hook.example/')).rejects.toThrow('cannot be resolved');
    expect(opened).toHaveLength(0);
  });

  it.each(['https://93.184.215.14/', 'https://93.184.215.14:443/a?b=c', 'https://93.184.215.14:1025/'])(
    '%s is taken',
    async (url) => {
      await new OutgoingPost(STRICT).check(url);
      await new OutgoingPost({ ...STRICT, resolve: () => Promise.resolve(resolved('2606:2800:21f:cb07::1')) }).check(
        url.replace(PUBLIC, 'hook.example'),
      );
    },
  );

  it('may be this machine where that is allowed, by http too, and nothing else of its network', async () => {
    const outgoing = new OutgoingPost(AT_HOME);
    await outgoing.check('http://127.0.0.1:3000/hook');
    await outgoing.check('http://[::1]:3000/hook');
    await outgoing.check('http://localhost:3000/hook');
    for (const url of ['http://10.0.0.1:3000/', 'https://192.168.0.1/', 'http://93.184.215.14:3000/', 'http://0:3000/'])
      await expect(outgoing.check(url)).rejects.toThrow(WebhookUrlRefused);
  });
});

describe('a name that leads elsewhere a moment later', () => {
  it('is connected to where it was looked at, and is looked up once', async () => {
    const looked = await HookReceiver.listen();
    const later = await HookReceiver.listen({ host: '127.0.0.2', port: looked.port });
    let lookUps = 0;
    const resolve = () => Promise.resolve(resolved(lookUps++ === 0 ? '127.0.0.1' : '127.0.0.2'));
    const outgoing = new OutgoingPost({ ...AT_HOME, resolve });
    await outgoing.post(`http://hook.example:${looked.port}/`, {}, '{}');
    expect([lookUps, looked.received.length, later.connections]).toEqual([1, 1, 0]);
    expect(looked.received[0]!.headers.host).toBe(`hook.example:${looked.port}`);
    await Promise.all([looked.close(), later.close()]);
  });

  it('is refused at the attempt, although it was public when it was registered', async () => {
    let lookUps = 0;
    const resolve = () => Promise.resolve(resolved(lookUps++ === 0 ? PUBLIC : '169.254.169.254'));
    const outgoing = new OutgoingPost({ ...STRICT, resolve });
    await outgoing.check('https://hook.example/');
    await expect(outgoing.post('https://hook.example/', {}, '{}')).rejects.toThrow(WebhookUrlRefused);
    expect(opened).toHaveLength(0);
  });
});

describe('an answer', () => {
  let receiver: HookReceiver;

  beforeEach(async () => {
    receiver = await HookReceiver.listen();
  });
  afterEach(() => receiver.close());

  const post = (options: Partial<OutgoingOptions> = {}) =>
    new OutgoingPost({ ...AT_HOME, ...options }).post(`${receiver.url}/hook?a=b`, { 'x-a': 'b' }, '{"paise":"₹"}');

  it('is its status, and the first kilobyte', async () => {
    receiver.answer = (_request, response) => void response.writeHead(201).end('x'.repeat(5_000));
    const { statusCode, beginning } = await post();
    expect([statusCode, beginning.toString()]).toEqual([201, 'x'.repeat(1_024)]);
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]).toMatchObject({ method: 'POST', path: '/hook?a=b', body: '{"paise":"₹"}' });
    expect(receiver.received[0]!.headers).toMatchObject({ 'x-a': 'b', 'content-length': '15' });
  });

  it('is not followed anywhere', async () => {
    const elsewhere = await HookReceiver.listen();
    receiver.answer = (_request, response) => void response.writeHead(307, { location: elsewhere.url }).end();
    expect((await post()).statusCode).toBe(307);
    expect(elsewhere.connections).toBe(0);
    await elsewhere.close();
  });

  it('that has no end is read up to 64 kB', async () => {
    let sent = 0;
    receiver.answer = (_request, response) => {
      const chunk = 'x'.repeat(16_384);
      const send = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
        response.once('drain', send);
      };
      response.writeHead(200);
      send();
    };
    expect((await post()).statusCode).toBe(200);
    // What the sockets hold of it comes on top.
    expect(sent).toBeLessThan(16_000_000);
  });

  it('that breaks off is what it was until then', async () => {
    receiver.answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    };
    const { statusCode, beginning } = await post();
    expect([statusCode, beginning.toString()]).toEqual([200, 'half']);
  });

  it('that does not come in time is none', async () => {
    receiver.answer = SILENCE;
    await expect(post({ timeoutMs: 300 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });

  it('that is no HTTP, or another protocol, is none', async () => {
    receiver.answer = (_request, response) => void response.socket!.end('nonsense\r\n\r\n');
    await expect(post()).rejects.toThrow();
    const switching = 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n';
    receiver.answer = (_request, response) => void response.socket!.write(switching);
    await expect(post()).rejects.toThrow();
  });

  it('ends the wait for a name, too', async () => {
    const resolve = () => new Promise<never>(() => undefined);
    const outgoing = new OutgoingPost({ ...STRICT, resolve, timeoutMs: 100 });
    await expect(outgoing.post('https://hook.example/', {}, '{}')).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });
});

describe('over TLS', () => {
  const ca = readFileSync(tlsFile('ca.crt'), 'utf8');
  let receiver: HookReceiver;

  beforeAll(async () => {
    receiver = await HookReceiver.listen({ tls: true });
  });
  afterAll(() => receiver.close());

  it('the receiver shows a certificate for the name in the url, of somebody who is trusted', async () => {
    const { port } = receiver;
    await new OutgoingPost({ ...AT_HOME, ca }).post(`https://localhost:${port}/`, {}, '{}');
    await expect(new OutgoingPost(AT_HOME).post(`https://localhost:${port}/`, {}, '{}')).rejects.toThrow(/certificate/);
    const other = new OutgoingPost({ ...AT_HOME, ca, resolve: () => Promise.resolve(resolved('127.0.0.1')) });
    await expect(other.post(`https://hook.example:${port}/`, {}, '{}')).rejects.toThrow(/does not match/);
    expect(receiver.received).toHaveLength(1);
  });

  it('goes through the proxy, which is told a checked address and no name', async () => {
    const asked: IncomingMessage[] = [];
    const held: Socket[] = [];
    const proxy = createServer((_request, response) => void response.writeHead(400).end());
    proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
      asked.push(request);
      held.push(socket);
      const tunnel = connect(receiver.port, 'localhost', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        tunnel.pipe(socket).pipe(tunnel);
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const outgoing = new OutgoingPost({
      ...{ allowLoopback: false, ca, proxy: new URL(`http://me:p%40ss@127.0.0.1:${port}`) },
      resolve: () => Promise.resolve(resolved(PUBLIC)),
    });
    receiver.answer = NO_CONTENT;
    expect((await outgoing.post('https://localhost/hook', {}, '{}')).statusCode).toBe(204);
    expect(asked.map(({ url, headers }) => [url, headers.host, headers['proxy-authorization']])).toEqual([
      [`${PUBLIC}:443`, `${PUBLIC}:443`, `Basic ${btoa('me:p@ss')}`],
    ]);
    expect(receiver.received.at(-1)!.headers.host).toBe('localhost');
    // To the proxy, and to nobody else; and it is closed.
    const [toProxy] = opened;
    expect([toProxy!.remotePort ?? port, toProxy!.destroyed]).toEqual([port, true]);
    held.forEach((socket) => socket.destroy());

    await expect(outgoing.post('https://127.0.0.1/', {}, '{}')).rejects.toThrow(WebhookUrlRefused);
    proxy.removeAllListeners('connect').on('connect', (_request, socket: Socket) => {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await expect(outgoing.post('https://localhost/hook', {}, '{}')).rejects.toThrow('the proxy answered 403');
    expect(asked).toHaveLength(1);
    await new Promise((resolve) => proxy.close(resolve));
  });
});

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { isIP, type Socket } from 'node:net';
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EVIL_HOSTS } from '../../bench/evil-hosts.js';
import { WebhookUrlRefused } from '../../src/modules/webhooks/domain/refusals.js';
import { lookUp } from '../../src/modules/webhooks/infrastructure/name-look-up.js';
import { OutgoingPost, type OutgoingOptions } from '../../src/modules/webhooks/infrastructure/outgoing-post.js';
import { DnsDouble } from '../support/dns-double.js';
import { HookReceiver, NO_CONTENT, SILENCE } from '../support/hook-receiver.js';
import { ProxyDouble } from '../support/proxy-double.js';
import { tlsFile } from '../support/tls.js';
import { until } from '../support/wait-for.js';

const STRICT: OutgoingOptions = { allowLoopback: false, proxy: null };
const AT_HOME: OutgoingOptions = { allowLoopback: true, proxy: null, timeoutMs: 10_000 };

const PUBLIC = '93.184.215.14';

/** The same message for all of them, so that nobody learns which names exist inside. */
const NOT_PUBLIC = 'The url must lead to a public address.';

const resolved = (...addresses: string[]): LookupAddress[] =>
  addresses.map((address) => ({ address, family: isIP(address) }));

const EVIL_URLS = EVIL_HOSTS.map((host) => `https://${host}:8443/hook`);

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

/** Every TCP connection that this process opens. */
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
    // `URL` normalizes unusual notations, so that some are the same here.
    const hosts = EVIL_URLS.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ''));
    const addresses = hosts.filter((host) => isIP(host) !== 0);
    expect(addresses.length).toBeGreaterThanOrEqual(60);
    for (const address of addresses) {
      const outgoing = new OutgoingPost({ ...STRICT, resolve: () => Promise.resolve(resolved(address)) });
      await expect(outgoing.post('https://hook.example/', {}, '{}')).rejects.toThrow(NOT_PUBLIC);
    }
    expect(opened).toHaveLength(0);
  });

  it('is refused when one of several addresses is not public, when there is none, and when the name is unknown', async () => {
    for (const found of [resolved(PUBLIC, '10.0.0.1'), resolved('::1', PUBLIC), []]) {
      const outgoing = new OutgoingPost({ ...STRICT, resolve: () => Promise.resolve(found) });
      await expect(outgoing.check('https://hook.example/')).rejects.toThrow(NOT_PUBLIC);
    }
    const unknown = new OutgoingPost({ ...STRICT, resolve: () => Promise.reject(new Error('ENOTFOUND')) });
    await expect(unknown.check('https://hook.example/')).rejects.toThrow(NOT_PUBLIC);
    expect(opened).toHaveLength(0);
  });

  it('is refused by a name that no public server has, without a look-up', async () => {
    let lookUps = 0;
    const resolve = () => Promise.resolve(resolved(...(lookUps++ < 0 ? [] : [PUBLIC])));
    for (const host of [
      'postgres',
      'db.local',
      'metadata.google.internal',
      'x.internal.',
      'wiki.corp',
      'a.localhost',
      'localhost',
    ])
      await expect(new OutgoingPost({ ...STRICT, resolve }).check(`https://${host}/`)).rejects.toThrow(NOT_PUBLIC);
    expect(lookUps).toBe(0);
  });

  it('is refused where operators say so, by its network or as a gateway’s host', async () => {
    const resolve = () => Promise.resolve(resolved(PUBLIC));
    const refusedHosts = ['api.bank.example'];
    const outgoing = new OutgoingPost({
      ...STRICT,
      resolve,
      refusedHosts,
      refusedNetworks: ['93.184.216.0/24', '2600::/16'],
    });
    for (const url of [
      'https://93.184.216.34/',
      'https://[2600::7]/',
      'https://api.bank.example/',
      'https://a.API.bank.example./',
    ])
      await expect(outgoing.check(url)).rejects.toThrow(NOT_PUBLIC);
    await outgoing.check('https://bank.example/');
    const byName = new OutgoingPost({ ...STRICT, resolve, refusedNetworks: [PUBLIC] });
    await expect(byName.post('https://hook.example/', {}, '{}')).rejects.toThrow(NOT_PUBLIC);
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

  it('is its status and the first kilobyte also if all that is read of it comes at once', async () => {
    const page = 'Internal Server Error\n'.repeat(100_000);
    receiver.answer = (_request, response) =>
      void response.socket!.write(`HTTP/1.1 500 Oops\r\ncontent-length: ${page.length}\r\n\r\n${page}`);
    const { statusCode, beginning } = await post();
    expect([statusCode, beginning.toString()]).toEqual([500, page.slice(0, 1_024)]);
  });

  it('is not followed anywhere', async () => {
    const elsewhere = await HookReceiver.listen();
    receiver.answer = (_request, response) => void response.writeHead(307, { location: elsewhere.url }).end();
    expect((await post()).statusCode).toBe(307);
    expect(elsewhere.connections).toBe(0);
    await elsewhere.close();
  });

  /** Writes a piece again and again, for as long as the other side reads. */
  const endless = (piece: string, head: string): { sent: number } => {
    const written = { sent: 0 };
    receiver.answer = (_request, response) => {
      const socket = response.socket!;
      const send = (): void => {
        while (!socket.destroyed && socket.write(piece)) written.sent += piece.length;
        socket.once('drain', send);
      };
      socket.write(head);
      send();
    };
    return written;
  };

  it.each([
    ['of one chunk after the other', '4000\r\n' + 'x'.repeat(16_384) + '\r\n', 'Transfer-Encoding: chunked\r\n\r\n'],
    ['of tiny chunks', '1\r\nx\r\n'.repeat(1_000), 'Transfer-Encoding: chunked\r\n\r\n'],
    ['without a length', 'x'.repeat(16_384), '\r\n'],
  ])('that has no end, %s, is read up to 64 kB on the wire', async (_kind, piece, head) => {
    const written = endless(piece, `HTTP/1.1 200 OK\r\n${head}`);
    expect((await post()).statusCode).toBe(200);
    // The sockets buffer some of it in addition.
    expect(written.sent).toBeLessThan(16_000_000);
  });

  it('that only ever announces itself is none after 64 kB', async () => {
    endless('HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n', '');
    await expect(post()).rejects.toThrow('the answer has no end');
  });

  it.each([
    ['stalls', 0],
    ['trickles', 50],
  ])('whose body %s is its status, and what came of it soon', async (_how, everyMs) => {
    receiver.answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '100000' });
      response.write('begun');
      if (everyMs === 0) return;
      const timer = setInterval(() => response.write('.'), everyMs);
      response.on('close', () => clearInterval(timer));
    };
    const { statusCode, beginning } = await post();
    expect(statusCode).toBe(200);
    expect(beginning.toString()).toMatch(/^begun\.*$/);
    // Also if there is no time left to read more of it.
    expect((await post({ timeoutMs: 800 })).statusCode).toBe(200);
    await until('it is closed', () => opened.every(({ destroyed }) => destroyed));
  });

  it('whose head stalls is none', async () => {
    receiver.answer = (_request, response) => void response.socket!.write('HTTP/1.1 200 OK\r\nx-a: ');
    await expect(post({ timeoutMs: 500 })).rejects.toThrow('no answer in time');
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
    await expect(post({ timeoutMs: 300 })).rejects.toMatchObject({ reason: 'no answer in time', fault: 'receiver' });
  });

  it('that is no HTTP, or another protocol, is none', async () => {
    receiver.answer = (_request, response) => void response.socket!.end('nonsense\r\n\r\n');
    await expect(post()).rejects.toThrow('the answer is not HTTP');
    const switching = 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n';
    receiver.answer = (_request, response) => void response.socket!.write(switching);
    await expect(post()).rejects.toThrow('the answer switches protocols');
  });

  it('that never comes is waited for no longer when the process ends, which is our fault', async () => {
    receiver.answer = SILENCE;
    const stop = new AbortController();
    const sent = new OutgoingPost(AT_HOME).post(receiver.url, {}, '{}', stop.signal);
    await until('it is on its way', () => receiver.received.length === 1);
    stop.abort();
    await expect(sent).rejects.toMatchObject({ reason: 'broken off by us', fault: 'own' });
  });
});

describe('the name in a url', () => {
  let server: DnsDouble;

  beforeEach(async () => {
    server = await DnsDouble.listen();
  });
  afterEach(() => server.close());

  const asking = (options = STRICT): OutgoingPost =>
    new OutgoingPost({ ...options, resolve: (name, signal) => lookUp(name, signal, [server.address]) });

  it('is asked for by DNS, in both versions, and each address counts', async () => {
    server.answers.set('both.example', ['10.0.0.1', '2606:4700::1']);
    server.answers.set('six.example', ['2606:4700::1']);
    await asking().check('https://six.example/');
    await expect(asking().check('https://both.example/')).rejects.toThrow(NOT_PUBLIC);
    await expect(asking().check('https://none.example/')).rejects.toThrow(NOT_PUBLIC);
  });

  it('is waited for a few seconds where nobody answers, and other look-ups of the process do not wait for it', async () => {
    const silent = Array.from({ length: 20 }, () =>
      asking()
        .check('https://silent.example/')
        .catch((error: Error) => error.message),
    );
    await until('they have asked', () => server.asked >= 40);
    // Through the thread pool that all look-ups of Node share.
    await lookup('localhost');
    const stop = new AbortController();
    const sent = asking().post('https://silent.example/', {}, '{}', stop.signal);
    stop.abort();
    // At once, although it started last.
    const ended = sent.catch((error: Error) => error.message);
    expect(await Promise.race([ended, Promise.all(silent)])).toBe('broken off by us');
    expect(new Set(await Promise.all(silent))).toEqual(new Set([NOT_PUBLIC]));
  });

  it('that is this machine’s is nobody’s to say', async () => {
    const receiver = await HookReceiver.listen();
    await asking(AT_HOME).post(`http://localhost:${receiver.port}/`, {}, '{}');
    expect([receiver.received.length, server.asked]).toEqual([1, 0]);
    await receiver.close();
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
    await expect(new OutgoingPost(AT_HOME).post(`https://localhost:${port}/`, {}, '{}')).rejects.toThrow(
      'the certificate is not trusted',
    );
    const other = new OutgoingPost({ ...AT_HOME, ca, resolve: () => Promise.resolve(resolved('127.0.0.1')) });
    await expect(other.post(`https://hook.example:${port}/`, {}, '{}')).rejects.toThrow(
      'the certificate is for another name',
    );
    expect(receiver.received).toHaveLength(1);
  });

  describe('through a proxy', () => {
    let proxy: ProxyDouble;
    /** By name, so that the certificate fits; its addresses are public ones. */
    const through = (url = proxy.url, addresses = [PUBLIC], timeoutMs = 10_000) =>
      new OutgoingPost({
        ...{ allowLoopback: true, ca, proxy: new URL(url), timeoutMs },
        resolve: () => Promise.resolve(resolved(...addresses)),
      });
    const post = (outgoing: OutgoingPost) => outgoing.post('https://localhost/hook', {}, '{}');

    beforeEach(async () => {
      receiver.answer = NO_CONTENT;
      proxy = await ProxyDouble.listen(receiver.port);
    });
    afterEach(() => proxy.close());

    it('it is told a checked address and no name, and what it carries it cannot read', async () => {
      expect((await post(through(proxy.url.replace('//', '//me:p%40ss@')))).statusCode).toBe(204);
      expect(proxy.asked.map(({ url, headers }) => [url, headers.host, headers['proxy-authorization']])).toEqual([
        [`${PUBLIC}:443`, `${PUBLIC}:443`, `Basic ${btoa('me:p@ss')}`],
      ]);
      expect(receiver.received.at(-1)!.headers.host).toBe('localhost');
      // The only connection is to the proxy, and it is closed.
      const [toProxy] = opened;
      expect([toProxy!.remotePort ?? proxy.port, toProxy!.destroyed]).toEqual([proxy.port, true]);
      await expect(through().post('https://10.0.0.1/', {}, '{}')).rejects.toThrow(WebhookUrlRefused);
      expect(proxy.asked).toHaveLength(1);
    });

    it('each address is tried until one is reached', async () => {
      const answers: Record<string, number> = { '1.1.1.1:443': 200, '[2606:4700::1]:443': 504 };
      proxy.answer = ({ url }) => answers[url!] ?? null;
      const { statusCode } = await post(through(proxy.url, ['8.8.8.8', '2606:4700::1', '1.1.1.1'], 3_000));
      expect([statusCode, proxy.asked.length]).toEqual([204, 3]);
      proxy.answer = () => 503;
      await expect(post(through(proxy.url, ['8.8.8.8', '1.1.1.1']))).rejects.toMatchObject({
        reason: 'unreachable',
        fault: 'receiver',
      });
    });

    it.each([
      [407, 'our proxy does not know us', 'egress'],
      [403, 'our proxy refuses this address', 'own'],
      [500, 'our proxy does not work', 'egress'],
      [502, 'unreachable', 'receiver'],
    ])('its answer %i says whose fault it is', async (status, reason, fault) => {
      proxy.answer = () => status;
      await expect(post(through())).rejects.toMatchObject({ reason, fault });
    });

    it('that is not there, or breaks off, is not the receiver’s fault', async () => {
      proxy.answer = () => 'broken off';
      await expect(post(through())).rejects.toMatchObject({ reason: 'our proxy has broken off', fault: 'own' });
      await proxy.close();
      await expect(post(through())).rejects.toMatchObject({ reason: 'our proxy cannot be reached', fault: 'egress' });
    });
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { followEvents } from '../../src/main/commands/listen.js';
import { Bahi } from '../support/bahi.js';
import { HookReceiver, NO_CONTENT } from '../support/hook-receiver.js';
import type { Merchant } from '../support/merchant.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
let fiaz: Merchant;
let receiver: HookReceiver;
let stop: AbortController;
let lines: string[];

beforeAll(async () => {
  bahi = await Bahi.open();
  receiver = await HookReceiver.listen();
});

afterAll(async () => {
  await bahi.close();
  await receiver.close();
});

beforeEach(async () => {
  fiaz = await bahi.aMerchant({ rupees: 5_00_000 });
  receiver.received.length = 0;
  receiver.answer = NO_CONTENT;
  stop = new AbortController();
  lines = [];
});

afterEach(() => stop.abort());

/** Runs `bahi listen` in this process. */
function listen({
  url = bahi.service.url,
  key = fiaz.apiKey,
  merchantId = null as string | null,
  forward = true,
  types = null as readonly string[] | null,
} = {}) {
  const forwardTo = forward ? `${receiver.url}/hook` : null;
  return followEvents({ url, key, merchantId, forwardTo, types }, (line) => lines.push(line), stop.signal);
}

const untilLine = (text: string, times = 1): Promise<void> =>
  until(`it prints "${text}"`, () => lines.filter((line) => line.includes(text)).length >= times);

const secretIn = (): string => lines.find((line) => line.startsWith('whsec_'))!;

async function aCancelledPayout(): Promise<string> {
  const { id } = await fiaz.aPayout(1_00_000);
  await fiaz.api.post(`/payouts/${id}/cancel`);
  return id;
}

describe('bahi listen', () => {
  it('prints what happens from now on, in rupees as they are written here, and forwards the same bytes, signed', async () => {
    await aCancelledPayout();
    const listening = listen();
    await untilLine('Listening at');
    const id = await aCancelledPayout();
    await untilLine('(accepted)', 2);
    stop.abort();
    expect(await listening).toBe(0);

    expect(lines[0]).toBe(`Listening at ${bahi.service.url} for events after number 2. Ctrl-C stops it.`);
    const shown = lines.filter((line) => line.includes('payout.'));
    expect(shown).toEqual([
      expect.stringMatching(
        new RegExp(`^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ  #3  payout\\.requested +₹1,00,000\\.00  ${id}$`),
      ),
      expect.stringMatching(new RegExp(`  #4  payout\\.cancelled +₹1,00,000\\.00  ${id}$`)),
    ]);
    expect(lines.at(-1)).toBe('Stopped after event 4.');

    const list = (await fiaz.api.get('/events')).text;
    expect(receiver.received).toHaveLength(2);
    for (const { method, path, headers, body } of receiver.received) {
      expect([method, path, headers['webhook-id']]).toEqual(['POST', '/hook', JSON.parse(body).id]);
      expect(list).toContain(body);
      expect(new Webhook(secretIn()).verify(body, headers as Record<string, string>)).toEqual(JSON.parse(body));
    }
  });

  it('names the types that there are when it is asked for another', async () => {
    await expect(listen({ types: ['payout.failed', 'payout.done'] })).rejects.toThrow(
      /^There is no event "payout\.done"\. --events takes these: payout\.requested, .*balance\.low\.$/,
    );
    expect(lines).toEqual([]);
  });

  it('prints and forwards only the types that are asked for', async () => {
    const listening = listen({ types: ['payout.cancelled'] });
    await untilLine('Listening at');
    await aCancelledPayout();
    await aCancelledPayout();
    await untilLine('(accepted)', 2);
    stop.abort();
    await listening;
    expect(receiver.received.map(({ body }) => JSON.parse(body).type as string)).toEqual(
      Array.from({ length: 2 }, () => 'payout.cancelled'),
    );
    expect(lines.filter((line) => line.includes('payout.requested'))).toEqual([]);
  });

  it('goes on where it was cut off, each event once and in order, also while the service is away', async () => {
    const proxy = await TcpProxy.to(bahi.service.url);
    const listening = listen({ url: proxy.url });
    await untilLine('Listening at');
    for (let cut = 1; cut <= 3; cut++) {
      await aCancelledPayout();
      proxy.refusing = cut === 2;
      proxy.cutAll();
      await aCancelledPayout();
      if (cut === 2) await untilLine('The connection was lost');
      proxy.refusing = false;
    }
    await until('all are there', () => receiver.received.length >= 12);
    stop.abort();
    expect(await listening).toBe(0);
    const sequences = receiver.received.map(({ body }) => JSON.parse(body).sequence as number);
    expect(sequences).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(lines.filter((line) => line.startsWith('Connected again, after event ')).length).toBeGreaterThan(0);
    await proxy.close();
  });

  it('says what became of each message, and goes on', async () => {
    receiver.answer = (_request, response) => void response.writeHead(500).end('x'.repeat(100_000));
    const listening = listen();
    await untilLine('Listening at');
    await aCancelledPayout();
    await untilLine('→ 500 in', 2);
    const away = receiver.url;
    await receiver.close();
    const third = aCancelledPayout();
    await untilLine('→ no answer (ECONNREFUSED): is your server running', 2);
    await third;
    stop.abort();
    await listening;
    expect(receiver.url).toBe(away);
    receiver = await HookReceiver.listen();
  });

  it('signs with the same secret each time for one key, and another one for another', async () => {
    const secrets: string[] = [];
    for (const key of [fiaz.apiKey, fiaz.apiKey, (await bahi.aMerchant()).apiKey]) {
      lines = [];
      stop = new AbortController();
      const listening = listen({ key });
      await untilLine('whsec_');
      stop.abort();
      await listening;
      secrets.push(secretIn());
    }
    expect(secrets[1]).toBe(secrets[0]);
    expect(secrets[2]).not.toBe(secrets[0]);
    expect(Buffer.from(secrets[0]!.slice('whsec_'.length), 'base64')).toHaveLength(32);
  });

  it('follows one merchant with an operator’s key', async () => {
    await expect(listen({ key: bahi.operatorKey })).rejects.toThrow(/add --merchant ID/);
    const listening = listen({ key: bahi.operatorKey, merchantId: fiaz.id, forward: false });
    await untilLine('Listening at');
    await fiaz.aPayout(1);
    await untilLine('payout.requested');
    stop.abort();
    expect(await listening).toBe(0);
    expect(receiver.received).toEqual([]);
  });

  it('ends with a line that says what to do, when nobody is there or the key does not hold', async () => {
    await expect(listen({ url: 'http://127.0.0.1:1' })).rejects.toThrow(
      'Nothing answers at http://127.0.0.1:1. Start the service (make start), or name another one with --url.',
    );
    await expect(listen({ key: 'api-key-of-nobody' })).rejects.toThrow(/does not know this key.*An operator can issue/);
    await expect(listen({ url: receiver.url })).rejects.toThrow(/ is not Bahi\. Give the address/);

    const listening = listen();
    await untilLine('Listening at');
    expect((await bahi.asOperator().delete(`/merchants/${fiaz.id}/api-keys/${fiaz.keyId}`)).status).toBe(204);
    await expect(listening).rejects.toThrow(
      /does not know this key: the key belongs to another service, or was revoked/,
    );
  });
});

describe('npm run bahi -- listen', () => {
  let child: ChildProcess | undefined;

  afterEach(() => void child?.kill('SIGKILL'));

  it('prints plain lines until Ctrl-C, and then ends well', async () => {
    const args = ['dist/bundle/cli.js', 'listen', '--key', fiaz.apiKey, '--url', bahi.service.url];
    child = spawn(process.execPath, args, { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (data: Buffer) => (output += data.toString()));
    await until('it listens', () => output.includes('Listening at'));
    await fiaz.aPayout(1);
    await until('it prints the event', () => output.includes('payout.requested'));
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code, output.trimEnd().split('\n').length]).toEqual([0, 3]);
    expect(output).toMatch(/\nStopped after event 1\.\n$/);
    expect(output).not.toMatch(/\u001b/);
  });
});

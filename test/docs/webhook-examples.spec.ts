import { execFileSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import { HookReceiver, type Received } from '../support/hook-receiver.js';
import { commandOrInstall } from '../support/install.js';
import { until } from '../support/wait-for.js';

const DOCUMENT = readFileSync('docs/verifying-webhooks.md', 'utf8');

/** The specification's own example, with which all of its libraries are tested. */
const PUBLISHED = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  seconds: 1_614_265_330,
  body: '{"test": 2432232314}',
  headers: {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
};

/** What a receiver is given, and the time then; null: now. */
interface Message {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secret: string;
  readonly seconds: number | null;
}

/** Runs `verify` on each message and returns the event, or that it was refused. */
const RUNS: Readonly<Record<'js' | 'python', (folder: string) => { command: string; args: string[] }>> = {
  js: (folder) => {
    writeFileSync(join(folder, 'example.mjs'), exampleIn('js'));
    const run = `
      import { readFileSync } from 'node:fs';
      import { verify } from './example.mjs';
      const now = Date.now;
      const results = JSON.parse(readFileSync(0, 'utf8')).map(({ body, headers, secret, seconds }) => {
        Date.now = seconds === null ? now : () => seconds * 1000;
        try { return verify(Buffer.from(body), headers, secret); } catch (error) { return 'refused: ' + error.message; }
      });
      console.log(JSON.stringify(results));`;
    writeFileSync(join(folder, 'run.mjs'), run);
    return { command: process.execPath, args: [join(folder, 'run.mjs')] };
  },
  python: (folder) => {
    writeFileSync(join(folder, 'example.py'), exampleIn('python'));
    const run = [
      'import json, sys, time',
      'from example import verify',
      'now, results = time.time, []',
      'for message in json.load(sys.stdin):',
      '    time.time = now if message["seconds"] is None else (lambda: message["seconds"])',
      '    try: results.append(verify(message["body"].encode(), message["headers"], message["secret"]))',
      '    except (KeyError, ValueError) as error: results.append("refused: " + str(error))',
      'print(json.dumps(results))',
    ];
    writeFileSync(join(folder, 'run.py'), run.join('\n'));
    return {
      command: commandOrInstall(['python3'], { apt: 'python3', brew: 'python' }),
      args: [join(folder, 'run.py')],
    };
  },
};

function exampleIn(language: string): string {
  const [, code] = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'm').exec(DOCUMENT)!;
  return code!;
}

let bahi: Bahi;
let receiver: HookReceiver;
let folder: string;
/** Messages that Bahi sent: signed with one secret, and with two, one of which replaces the other. */
let one: Received, two: Received;
let before: string, after: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bahi-examples-'));
  receiver = await HookReceiver.listen();
  const environment = { WEBHOOK_ALLOW_LOOPBACK: '1', DATA_ENCRYPTION_KEY: randomBytes(32).toString('base64') };
  bahi = await Bahi.open({ worker: true, environment });
  const merchant = await bahi.aMerchant({ rupees: 1_000 });
  const made = await merchant.api.post('/webhook-endpoints', {
    url: receiver.url,
    event_types: ['payout.requested'],
  });
  before = made.body.secret as string;
  await merchant.aPayout(100, { narration: 'First' });
  await until('the first is sent', () => receiver.received.length === 1);
  const path = `/webhook-endpoints/${made.body.id}/rotate-secret`;
  after = (await merchant.api.post(path, { keep_old_seconds: 3_600 })).body.secret as string;
  await merchant.aPayout(100, { narration: 'Second' });
  await until('the second is sent', () => receiver.received.length === 2);
  [one, two] = receiver.received as [Received, Received];
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await bahi.close();
  await receiver.close();
});

function given({ body, headers }: Received, secret: string, changed: Partial<Message> = {}): Message {
  return { body, headers: headers as Message['headers'], secret, seconds: null, ...changed };
}

const sentAt = ({ headers }: Received): number => Number(headers['webhook-timestamp']);

describe('the examples that verify webhooks', () => {
  it.each(['js', 'python'] as const)('take what Bahi sends, and nothing else: %s', (language) => {
    const { command, args } = RUNS[language](folder);
    const headersWith = (header: string, value: string | null) => {
      const { [`webhook-${header}`]: _, ...rest } = one.headers as Record<string, string>;
      return { headers: value === null ? rest : { ...rest, [`webhook-${header}`]: value } };
    };
    const signature = one.headers['webhook-signature'] as string;
    const taken: Message[] = [
      given(one, before),
      given(two, before),
      given(two, after),
      given(one, before, { seconds: sentAt(one) + 299 }),
      given(one, before, { seconds: sentAt(one) - 299 }),
      given(one, before, headersWith('signature', `v1,AAAA v2,x ${signature}`)),
      PUBLISHED,
    ];
    const refused: Message[] = [
      given(one, after),
      given(one, before, { body: one.body.replace('First', 'Fixed') }),
      given(one, before, { body: `${one.body} ` }),
      given(one, before, { seconds: sentAt(one) + 301 }),
      given(one, before, { seconds: sentAt(one) - 301 }),
      given(one, before, headersWith('timestamp', String(sentAt(one) + 1))),
      given(one, before, headersWith('timestamp', 'now')),
      given(one, before, headersWith('id', 'another')),
      given(one, before, headersWith('signature', signature.replace('v1,', 'v2,'))),
      given(one, before, headersWith('signature', '')),
      given(one, before, headersWith('signature', null)),
      given(one, before, headersWith('timestamp', null)),
      { ...PUBLISHED, body: PUBLISHED.body.replace('4', '5') },
    ];
    const input = JSON.stringify([...taken, ...refused]);
    const results = JSON.parse(execFileSync(command, args, { input, encoding: 'utf8' })) as unknown[];
    expect(results.slice(0, taken.length)).toEqual(taken.map(({ body }) => JSON.parse(body) as unknown));
    expect(results.slice(taken.length)).toEqual(refused.map(() => expect.stringMatching(/^refused: /)));
  });

  it('are there for five languages, each with the same rules', () => {
    for (const language of ['js', 'python', 'php', 'java', 'go']) {
      const example = exampleIn(language);
      expect([language, example]).toEqual([language, expect.stringMatching(/300|5\*time\.Minute/)]);
      expect([language, example]).toEqual([
        language,
        expect.stringMatching(/timingSafeEqual|compare_digest|hash_equals|MessageDigest\.isEqual|hmac\.Equal/),
      ]);
      expect(example.split('\n').length).toBeLessThan(45);
    }
  });

  it('stand on the specification’s example, which plain HMAC makes', () => {
    const { secret, body, headers } = PUBLISHED;
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    expect(`v1,${createHmac('sha256', key).update(content).digest('base64')}`).toBe(headers['webhook-signature']);
  });
});

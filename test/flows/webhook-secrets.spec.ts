import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { SecretsCheck } from '../../src/modules/webhooks/infrastructure/secrets-check.js';
import { ProcessRole } from '../../src/platform/config/config.public.js';
import { Database } from '../../src/platform/database/connections/database.js';
import { keyIdIn, Sealer } from '../../src/platform/sealing/sealer.js';
import { Bahi } from '../support/bahi.js';
import type { Answer, Client, Json } from '../support/client.js';
import { HookReceiver } from '../support/hook-receiver.js';
import type { Merchant } from '../support/merchant.js';
import { RecordedAlarms } from '../support/recorded-alarms.js';
import { sendTestMessage } from '../support/test-message.js';
import { until } from '../support/wait-for.js';

const aKey = (): string => randomBytes(32).toString('base64');
const [KEY, NEXT_KEY, LOST_KEY] = [aKey(), aKey(), aKey()];
const ENVIRONMENT = { WEBHOOK_ALLOW_LOOPBACK: '1', DATA_ENCRYPTION_KEY: KEY };
const keyIdOf = (key: string): string => keyIdIn(new Sealer([Buffer.from(key, 'base64')]).seal('x', 'y'));

let bahi: Bahi;
let acme: Merchant;
let receiver: HookReceiver;

beforeAll(async () => {
  bahi = await Bahi.open({ environment: ENVIRONMENT });
  acme = await bahi.aMerchant();
  receiver = await HookReceiver.listen();
});

afterAll(async () => {
  await bahi.close();
  await receiver.close();
});

beforeEach(() => bahi.psql.query('DELETE FROM webhook_endpoints'));

interface Made {
  readonly id: string;
  /** Each has an address of its own, so that its messages can be told from the others'. */
  readonly url: string;
  readonly secret: string;
}

async function added(api: Client = acme.api, fields: object = {}): Promise<Made> {
  const { status, body } = await api.post('/webhook-endpoints', { url: `${receiver.url}/${randomUUID()}`, ...fields });
  expect(status).toBe(201);
  return body as Made;
}

/** A client of a service with another DATA_ENCRYPTION_KEY. */
const withKeys = async (...keys: string[]): Promise<Client> =>
  bahi.asMerchant(acme, await bahi.serve({ environment: { DATA_ENCRYPTION_KEY: keys.join(',') } }));

const test = (api: Client, { id }: Made): Promise<Answer> => sendTestMessage(api, id);

/** Whether a message sent now is signed with this secret. */
async function isSignedWith(api: Client, made: Made, secret = made.secret): Promise<boolean> {
  expect((await test(api, made)).body.is_delivered).toBe(true);
  const { body, headers } = receiver.received.findLast(({ path }) => made.url.endsWith(path))!;
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

const rotated = async ({ id }: Made, api: Client = acme.api, keep_old_seconds = 3_600): Promise<string> => {
  const { status, body } = await api.post(`/webhook-endpoints/${id}/rotate-secret`, { keep_old_seconds });
  expect(status).toBe(200);
  return body.secret as string;
};

/** For each key, the number of secrets that are sealed with it. */
async function sealedWith(): Promise<Record<string, number>> {
  const rows = await bahi.psql.query<{ key_id: string; n: number }>(
    `SELECT split_part(s, '.', 2) AS key_id, count(*)::int AS n
     FROM webhook_endpoints, unnest(ARRAY[secret, previous_secret]) AS s WHERE s IS NOT NULL GROUP BY 1`,
  );
  return Object.fromEntries(rows.map(({ key_id, n }) => [key_id, n]));
}

const reencrypt = (...keys: string[]) => bahi.commandWith({ DATA_ENCRYPTION_KEY: keys.join(',') }, 'reencrypt-secrets');

describe('the key that encrypts secrets', () => {
  it('is replaced in three steps, and messages are signed all the time', async () => {
    const [one, two] = [await added(), await added()];
    const newer = await rotated(two);
    // Everywhere the new key after the old one; then everywhere before it; and at last alone.
    const last = await withKeys(KEY, NEXT_KEY);
    const first = await withKeys(NEXT_KEY, KEY);
    const three = await added(first);
    for (const api of [last, first]) expect(await isSignedWith(api, three)).toBe(true);

    const { code, stdout } = await reencrypt(NEXT_KEY, KEY);
    expect([code, stdout]).toEqual([
      0,
      `3 secrets were encrypted with the key ${keyIdOf(NEXT_KEY)}.\n` +
        'No other key is needed any more: remove the others from DATA_ENCRYPTION_KEY.\n',
    ]);
    const alone = await withKeys(NEXT_KEY);
    for (const made of [one, three]) expect(await isSignedWith(alone, made)).toBe(true);
    for (const secret of [two.secret, newer]) expect(await isSignedWith(alone, two, secret)).toBe(true);
    expect((await reencrypt(NEXT_KEY)).stdout).toMatch(/^0 secrets were encrypted with the key/);
  });

  it('is replaced to the end by a second run, where the first one was broken off', async () => {
    const made = [await added(), await added(), await added()];
    const session = await bahi.sqlSession();
    await session.query('BEGIN');
    await session.query('SELECT FROM webhook_endpoints WHERE id = $1 FOR UPDATE', [made[1]!.id]);
    const broken = reencrypt(NEXT_KEY, KEY);
    await until('it waits for the second endpoint', async () => {
      const waiting = await bahi.psql.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%UPDATE webhook_endpoints%'`,
      );
      return waiting.length > 0;
    });
    expect((await broken).code).toBe(1);
    await session.rollback();
    expect(await sealedWith()).toEqual({ [keyIdOf(NEXT_KEY)]: 1, [keyIdOf(KEY)]: 2 });

    expect((await reencrypt(NEXT_KEY, KEY)).stdout).toMatch(/^2 secrets were encrypted with the key/);
    const alone = await withKeys(NEXT_KEY);
    for (const one of made) expect(await isSignedWith(alone, one)).toBe(true);
  });

  it('leaves a secret alone that is replaced at the same time, and says who still encrypts with the old one', async () => {
    const one = await added();
    const session = await bahi.sqlSession();
    await session.query('BEGIN');
    await session.query('SELECT FROM webhook_endpoints WHERE id = $1 FOR UPDATE', [one.id]);
    // It is the first to wait for the row.
    const rotating = rotated(one, acme.api, 0);
    const waiters = (n: number) => async (): Promise<boolean> =>
      (
        await bahi.psql.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        )
      ).length === n;
    await until('the rotation waits', waiters(1));
    const running = reencrypt(NEXT_KEY, KEY);
    await until('the command waits behind it', waiters(2));
    await session.rollback();
    const secret = await rotating;
    const { code, stdout } = await running;
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/^0 secrets .*\nIn the meantime a secret .* a process still has/),
    ]);
    expect(await isSignedWith(acme.api, one, secret)).toBe(true);
  });

  it('that is missing for one endpoint is named, and keeps no other from being done', async () => {
    const lost = await added(await withKeys(LOST_KEY));
    await added();
    const { code, stdout } = await reencrypt(NEXT_KEY, KEY);
    expect(code).toBe(1);
    expect(stdout).toContain('1 secret was encrypted with the key');
    expect(stdout).toContain(
      `The secret of endpoint ${lost.id} (merchant ${acme.id}) was encrypted with the key ${keyIdOf(LOST_KEY)}, which is not`,
    );
    expect(await sealedWith()).toEqual({ [keyIdOf(NEXT_KEY)]: 1, [keyIdOf(LOST_KEY)]: 1 });
    const without = await reencrypt('');
    expect([without.code, without.stderr]).toEqual([1, expect.stringMatching(/^DATA_ENCRYPTION_KEY is not set/)]);
  });
});

describe('a secret that is replaced while messages are on their way', () => {
  it('loses none: each is signed with what the receiver has, before it takes the new one and after', async () => {
    await bahi.serve({ worker: true });
    const made = await added(acme.api, { event_types: ['payout.requested'] });
    await bahi.fund(acme, 1_000);
    receiver.received.length = 0;
    const requested = Promise.all(Array.from({ length: 30 }, () => acme.aPayout(10)));
    const secrets = [made.secret, await rotated(made), await rotated(made)];
    await requested;
    await until('these are sent', () => new Set(receiver.ids).size === 30);
    await Promise.all(Array.from({ length: 5 }, () => acme.aPayout(10)));
    await until('all are sent', () => new Set(receiver.ids).size === 35);
    const isSigned = ({ body: text, headers }: (typeof receiver.received)[number], secret: string): boolean => {
      try {
        new Webhook(secret).verify(text, headers as Record<string, string>);
        return true;
      } catch {
        return false;
      }
    };
    // The first secret signs to the end, because the receiver has not changed its own yet.
    expect(receiver.received.filter((message) => !isSigned(message, secrets[0]!))).toEqual([]);
    expect(receiver.received.slice(-5).filter((message) => !isSigned(message, secrets[2]!))).toEqual([]);
  });
});

describe('a service without the key of an endpoint', () => {
  it('starts, alarms, serves the others, and says nothing of keys to the merchant', async () => {
    const [old, api] = [await added(), await withKeys(NEXT_KEY)];
    const refused = await test(api, old);
    expect([refused.status, refused.body.code]).toEqual([503, 'encryption_key_missing']);
    expect(refused.text).not.toContain(keyIdOf(KEY));
    expect(await isSignedWith(api, await added(api))).toBe(true);

    const alarms = new RecordedAlarms();
    const sealer = new Sealer([Buffer.from(NEXT_KEY, 'base64')]);
    const check = new SecretsCheck(bahi.service.get(Database), sealer, bahi.service.get(ProcessRole));
    await check.onModuleInit();
    expect(alarms.about(keyIdOf(KEY))).toEqual([
      expect.stringMatching(/^ALARM: 1 webhook endpoint gets no events: DATA_ENCRYPTION_KEY lacks the key .*rotate/),
    ]);
    expect(await isSignedWith(api, old, await rotated(old, api))).toBe(true);
  });

  it('keeps what it is to be sent, untried, until there is a worker with the key', async () => {
    const merchant = await bahi.aMerchant({ rupees: 10 });
    const ofMerchant = async (key: string, worker: boolean): Promise<Client> =>
      bahi.asMerchant(merchant, await bahi.serve({ worker, environment: { DATA_ENCRYPTION_KEY: key } }));
    const key = aKey();
    const waiting = await added(await ofMerchant(key, false));
    const other = await added(await ofMerchant(NEXT_KEY, true));
    await merchant.aPayout(1);
    const deliveryTo = async ({ id }: Made): Promise<Json> =>
      (await merchant.api.get(`/webhook-deliveries?endpoint_id=${id}`)).body.results[0];

    await until('the other one has its event', async () => (await deliveryTo(other))?.status === 'delivered');
    expect(await deliveryTo(waiting)).toMatchObject({ status: 'pending', attempts: 0 });
    await ofMerchant(key, true);
    await until('it has come', async () => (await deliveryTo(waiting)).status === 'delivered');
    expect(await deliveryTo(waiting)).toMatchObject({ attempts: 1 });
  });

  it('does not start without any key', async () => {
    await added();
    await expect(bahi.serve({ environment: { DATA_ENCRYPTION_KEY: '' } })).rejects.toThrow(
      `DATA_ENCRYPTION_KEY is not set, but the secrets of webhook endpoints were encrypted with the key ${keyIdOf(KEY)}`,
    );
  });

  it('has no endpoints without any key, and says what is missing', async () => {
    const refused = await (await withKeys('')).post('/webhook-endpoints', { url: receiver.url });
    expect([refused.status, refused.body.code]).toEqual([503, 'encryption_key_missing']);
  });
});

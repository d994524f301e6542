import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import { Lists } from '../../src/platform/database/database.public.js';
import { IssueApiKey } from '../../src/modules/merchants/merchants.public.js';
import { Client } from '../support/client.js';
import type { Merchant } from '../support/merchant.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
let acme: Merchant;
let yes: Merchant;
let zen: Merchant;
let zens: string;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true });
  [acme, yes, zen] = (await bahi.merchants(3, { rupees: 1_000 })) as [Merchant, Merchant, Merchant];
  await acme.aPayout(10);
  await yes.aPayout(10);
  zens = (await zen.aPayout(10)).id;
  await zen.until(zens, 'completed');
  // Something that makes a list slow: here each payout of `acme` and `yes` takes half a minute when a list reads it.
  await bahi.psql.query(`
    CREATE FUNCTION slowly(merchant_id uuid) RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN
      IF merchant_id IN ('${acme.id}', '${yes.id}') AND current_setting('enable_bitmapscan') = 'off' THEN
        PERFORM pg_sleep(30);
      END IF;
      RETURN true;
    END $$;
    -- Otherwise the policy would be tried on each row before the index is looked at.
    ALTER FUNCTION uuid_send(uuid) LEAKPROOF;
    ALTER TABLE payouts ENABLE ROW LEVEL SECURITY;
    CREATE POLICY slowly ON payouts TO bahi_app USING (slowly(merchant_id)) WITH CHECK (true)`);
});

afterAll(() => bahi.close());

async function anOperator(): Promise<Client> {
  const { key } = await bahi.service.get(IssueApiKey).execute({ merchantId: null, name: 'Another operator' });
  return new Client(bahi.service.url, key);
}

/** A page that nobody has read yet, so that it is not cached. */
let pages = 20;
const aPage = (filter = ''): string => `/payouts?limit=${++pages}${filter}`;

async function timed<T>(work: Promise<T>): Promise<{ ms: number; result: T }> {
  const start = performance.now();
  const result = await work;
  return { ms: performance.now() - start, result };
}

const EIGHT_PAGES = Array.from({ length: 8 }, (_, n) => `/payouts?limit=${n + 1}`);

/** Eight callers who request acme's lists again and again. */
class Crowd {
  private readonly statuses = new Set<number>();
  private isLeaving = false;
  private readonly callers = EIGHT_PAGES.map((page) => this.ask(page));

  /** @returns the statuses of their answers */
  async leaves(): Promise<number[]> {
    this.isLeaving = true;
    await Promise.all(this.callers);
    return [...this.statuses].sort();
  }

  private async ask(page: string): Promise<void> {
    while (!this.isLeaving) this.statuses.add((await acme.api.get(page)).status);
  }
}

describe('eight lists at once that the database does not answer', () => {
  it('keep no other merchant from reading a payout, a balance, or a list', async () => {
    const crowd = new Crowd();
    for (const path of [`/payouts/${zens}`, '/balance', `/payouts/${zens}/events`, '/payouts?limit=7', '/ledger']) {
      const { ms, result } = await timed(zen.api.get(path));
      expect([path, result.status]).toEqual([path, 200]);
      expect(ms).toBeLessThan(4_500);
    }
    expect((await acme.api.get('/balance')).status).toBe(200);
    expect(await crowd.leaves()).toEqual([429, 504]);
  });

  it('keep no payout from being made, carried to the bank and completed', async () => {
    const crowd = new Crowd();
    const { id } = await zen.aPayout(20);
    await zen.until(id, 'completed');
    expect(await crowd.leaves()).toEqual([429, 504]);
  });

  it('are two that end with 504, which names what to add, and six that had no turn and end with 429', async () => {
    const all = await Promise.all(EIGHT_PAGES.map((page) => timed(acme.api.get(page))));
    const slow = all.filter(({ result }) => result.status === 504);
    expect(slow).toHaveLength(2);
    for (const { result } of slow)
      expect(result.body).toMatchObject({
        code: 'list_too_slow',
        detail: 'The database could not read this page within 5 seconds. Add `created_from` and `created_to`.',
      });
    const refused = all.filter(({ result }) => result.status === 429);
    expect(refused).toHaveLength(6);
    for (const { ms, result } of refused) {
      expect(result.body.code).toBe('too_many_concurrent_requests');
      expect(result.headers.get('retry-after')).toBe('1');
      expect(ms).toBeGreaterThan(1_900);
      expect(ms).toBeLessThan(4_500);
    }
  });

  it('leave the turns to those who come after them', async () => {
    const answers = await Promise.all(['payments', 'refunds'].map((list) => acme.api.get(`/${list}?limit=3`)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });
});

it('a list with both ends of its time is told to move them closer together', async () => {
  const { status, body } = await acme.api.get(
    '/payouts?created_from=2020-01-01T00:00:00Z&created_to=2100-01-01T00:00:00Z',
  );
  expect([status, body.detail]).toEqual([504, expect.stringMatching(/ Move `created_from` and `created_to` closer/)]);
});

/** The statuses of the callers' answers; each reads two lists at a time, in vain. */
async function reading(askers: readonly (readonly [api: Client, filter: string])[], meanwhile: () => Promise<void>) {
  const slow = askers.flatMap(([api, filter]) => [api.get(aPage(filter)), api.get(aPage(filter))]);
  await until(
    'all of them have a connection',
    () => bahi.service.get(Lists).use.totalCount - bahi.service.get(Lists).use.idleCount === slow.length,
  );
  await meanwhile();
  return (await Promise.all(slow)).map(({ status }) => status);
}

it('two lists of two merchants each take no turn from a third one, or from operators', async () => {
  const operators = [bahi.asOperator(), await anOperator()];
  const slow = await reading(
    [
      [acme.api, ''],
      [yes.api, ''],
    ],
    async () => {
      for (const api of [zen.api, ...operators]) {
        const { ms, result } = await timed(api.get(aPage(`&merchant_id=${zen.id}`)));
        expect(result.status).toBe(200);
        expect(ms).toBeLessThan(4_500);
      }
    },
  );
  expect(slow).toEqual([504, 504, 504, 504]);
});

it('lists of one operator take turns from him alone, and not from the merchant whose they are', async () => {
  const [busy, other] = [bahi.asOperator(), await anOperator()];
  const slow = await reading([[busy, `&merchant_id=${acme.id}`]], async () => {
    expect((await other.get(aPage(`&merchant_id=${zen.id}`))).status).toBe(200);
    expect((await acme.api.get('/payments?limit=9')).status).toBe(200);
    expect((await busy.get(aPage(`&merchant_id=${zen.id}`))).body.code).toBe('too_many_concurrent_requests');
  });
  expect(slow).toEqual([504, 504]);
});

it('whoever finds all connections taken is refused in two seconds, and reads single things meanwhile', async () => {
  const operators = [bahi.asOperator(), await anOperator()] as const;
  const slow = await reading(
    [
      [acme.api, ''],
      [yes.api, ''],
      [operators[0], `&merchant_id=${acme.id}`],
      [operators[1], `&merchant_id=${yes.id}`],
    ],
    async () => {
      const refused = timed(zen.api.get(aPage()));
      expect((await zen.api.get(`/payouts/${zens}`)).status).toBe(200);
      const { ms, result } = await refused;
      expect([result.status, result.body.code]).toEqual([429, 'too_many_concurrent_requests']);
      expect(result.headers.get('retry-after')).toBe('1');
      expect(ms).toBeGreaterThan(1_900);
      expect(ms).toBeLessThan(4_500);
    },
  );
  expect(slow).toEqual(Array.from({ length: 8 }, () => 504));
  expect((await zen.api.get(aPage())).status).toBe(200);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Bahi } from '../support/bahi.js';
import type { Service } from '../support/local-service.js';
import type { Merchant } from '../support/merchant.js';
import type { Answer } from '../support/client.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
let first: Service;
let second: Service;

beforeAll(async () => {
  bahi = await Bahi.open();
  [first, second] = await Promise.all([bahi.process('api'), bahi.process('api')]);
});

afterAll(() => bahi.close());

const statuses = (answers: readonly Answer[]): number[] => answers.map(({ status }) => status).sort();

/** Sends the requests while the book is locked, so that all of them have arrived before the first one is decided. */
async function atTheSameMoment<T>(merchant: Merchant, processes: number, send: () => Promise<T>[]): Promise<T[]> {
  const psql = await bahi.sqlSession();
  await psql.lock(merchant);
  const sent = Promise.all(send());
  await bahi.waitingFor('books', { connections: processes });
  await psql.rollback();
  return sent;
}

describe('two payouts of ₹60 at once on ₹100', () => {
  it('are one payout and one refusal', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });

    const answers = await Promise.all([acme.payOut(60), acme.payOut(60)]);

    expect(statuses(answers)).toEqual([201, 422]);
    expect(answers.find(({ status }) => status === 422)!.body).toMatchObject({
      code: 'insufficient_funds',
      available_paise: 40_00,
      amount_paise: 60_00,
    });
    expect(await acme.balance()).toEqual({ available: 40, held: 60 });
  });

  it('are one payout and one refusal when they reach two processes in the same moment', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });

    const answers = await atTheSameMoment(acme, 2, () => [acme.at(first).payOut(60), acme.at(second).payOut(60)]);

    expect(statuses(answers)).toEqual([201, 422]);
    expect(await acme.balance()).toEqual({ available: 40, held: 60 });
  });

  it('are one payout and one refusal for each of twenty merchants at two processes', async () => {
    const merchants = await bahi.merchants(20, { rupees: 100 });

    const pairs = await Promise.all(
      merchants.map((merchant) => Promise.all([first, second].map((process) => merchant.at(process).payOut(60)))),
    );

    expect(pairs.map(statuses)).toEqual(merchants.map(() => [201, 422]));
  });
});

describe('fifty payouts at once on a balance for ten', () => {
  it.each([
    ['in one process', () => [bahi.service]],
    ['in three processes', () => [bahi.service, first, second]],
  ])('are exactly ten %s', async (_where, services) => {
    const acme = await bahi.aMerchant({ rupees: 1_000 });
    const at = services();

    const answers = await atTheSameMoment(acme, at.length, () =>
      Array.from({ length: 50 }, (_, i) => acme.at(at[i % at.length]!).payOut(100)),
    );

    expect(statuses(answers)).toEqual([...Array<number>(10).fill(201), ...Array<number>(40).fill(422)]);
    expect(await acme.balance()).toEqual({ available: 0, held: 1_000 });
    expect(await bahi.count('payouts WHERE merchant_id = $1', [acme.id])).toBe(10);
  });
});

describe('a book that somebody else holds', () => {
  it('stalls only its own merchant', async () => {
    const [slow, ...others] = (await bahi.merchants(21, { rupees: 100 })) as [Merchant, ...Merchant[]];
    const psql = await bahi.sqlSession();
    await psql.lock(slow);

    let answered = false;
    const waiting = slow.payOut(60).finally(() => (answered = true));
    await bahi.waitingFor('books');
    const meanwhile = await Promise.all(others.map((merchant) => merchant.payOut(60)));

    expect(statuses(meanwhile)).toEqual(others.map(() => 201));
    expect(answered).toBe(false);
    await psql.rollback();
    expect((await waiting).status).toBe(201);
  });

  it('stalls nobody else when there are many of them', async () => {
    const slow = await bahi.merchants(8, { rupees: 100 });
    const others = await bahi.merchants(8, { rupees: 100 });
    const psql = await bahi.sqlSession();
    await psql.lock(...slow);

    const waiting = slow.map((merchant) => merchant.payOut(60));
    await bahi.waitingFor('books');
    const meanwhile = await Promise.all(others.map((merchant) => merchant.payOut(60)));

    expect(statuses(meanwhile)).toEqual(others.map(() => 201));
    await psql.rollback();
    expect(statuses(await Promise.all(waiting))).toEqual(slow.map(() => 201));
  });

  it('is answered with "try again" in the end, and trying again has one effect', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const psql = await bahi.sqlSession();
    await psql.lock(acme);
    const key = randomUUID();

    const refused = await acme.payOut(60, { key });

    expect(refused.status).toBe(503);
    expect(refused.body).toMatchObject({ code: 'overloaded' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await psql.rollback();
    expect((await acme.payOut(60, { key })).status).toBe(201);
    expect((await acme.payOut(60, { key })).status).toBe(200);
    expect(await acme.balance()).toEqual({ available: 40, held: 60 });
  });
});

describe('a busy merchant', () => {
  /** Workers settle, fail and release while two other processes accept requests and cancellations. */
  it('has a balance that is never negative at any commit, and loses nothing', async () => {
    const acme = await bahi.aMerchant({ rupees: 500, accounts: ['0001', '0002'] });
    await bahi.serve({ worker: true });

    const answers = await Promise.all(
      Array.from({ length: 120 }, async (_, i) => {
        const there = acme.at([bahi.service, first, second][i % 3]!);
        const answer = await there.payOut(7 + (i % 31), { to: i % 2 === 0 ? '0001' : '0002' });
        if (answer.status === 201 && i % 5 === 0) await there.api.post(`/payouts/${answer.body.id}/cancel`);
        return answer;
      }),
    );
    const accepted = answers.filter(({ status }) => status === 201).map(({ body }) => body.id as string);
    const open = 'payouts WHERE merchant_id = $1 AND next_attempt_at IS NOT NULL';
    await until('every payout has ended', async () => (await bahi.count(open, [acme.id])) === 0);

    const ends = await Promise.all(accepted.map((id) => acme.payout(id)));
    const paid = ends.filter(({ status }) => status === 'completed').map(({ amount_paise }) => amount_paise / 100);
    const spent = paid.reduce((sum, rupees) => sum + rupees, 0);
    expect(['completed', 'failed', 'cancelled']).toEqual(expect.arrayContaining(ends.map(({ status }) => status)));
    expect(spent).toBeGreaterThan(0);
    expect(new Set(statuses(answers))).toEqual(new Set([201, 422]));
    expect(await acme.balance()).toEqual({ available: 500 - spent, held: 0 });
    const lines = await acme.ledger();
    expect(lines.length).toBe(2 + accepted.length * 4);
    expect(lines.filter(isOverdrawn)).toEqual([]);
    expect(lines.filter(continuesNothing())).toEqual([]);
  });

  it('leaves books in which nothing is wrong, and a bank that paid nothing twice', async () => {
    const everyEntry = 'ledger_entries WHERE account IN ($1, $2)';

    expect(await bahi.count(`${everyEntry} AND balance_paise < 0`, ['available', 'held'])).toBe(0);
    expect(await bahi.count(everyEntry, ['available', 'held'])).toBeGreaterThan(100);
    expect(await bahi.findings()).toEqual([]);
    expect(await bahi.bank.paidTwice()).toEqual([]);
  });
});

type Line = Awaited<ReturnType<Merchant['ledger']>>[number];

function isOverdrawn({ account, balance_after_paise }: Line): boolean {
  return ['available', 'held'].includes(account) && balance_after_paise < 0;
}

/** Whether a line's balance differs from the sum of all amounts on its account up to that line. */
function continuesNothing(): (line: Line) => boolean {
  const sums = new Map<string, number>();
  return ({ account, amount_paise, balance_after_paise }) => {
    const sum = (sums.get(account) ?? 0) + amount_paise;
    sums.set(account, sum);
    return sum !== balance_after_paise;
  };
}

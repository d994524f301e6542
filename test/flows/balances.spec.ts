import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import type { Json } from '../support/client.js';
import { appendDated, type Dated, movements } from '../support/dated-ledger.js';
import type { Merchant } from '../support/merchant.js';
import { expectProblem } from '../support/http-test-client.js';

let bahi: Bahi;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true });
});

afterAll(() => bahi.close());

const at = (text: string): Date => new Date(text);

/** What the ledger's own entries come to by those up to `seq`, read by another way than the balance is. */
async function sumsBy({ id }: Merchant, seq: number): Promise<Record<string, number>> {
  const rows = await bahi.psql.query<{ account: string; sum: string }>(
    'SELECT account, sum(amount_paise) FROM ledger_entries WHERE merchant_id = $1 AND seq <= $2 GROUP BY account',
    [id, seq],
  );
  return Object.fromEntries(rows.map(({ account, sum }) => [account, Number(sum)]));
}

async function balance(merchant: Merchant, asOf?: string): Promise<Json> {
  const { status, body } = await merchant.api.get(`/balance${asOf === undefined ? '' : `?as_of=${asOf}`}`);
  expect(status).toBe(200);
  return body;
}

describe('a balance', () => {
  let acme: Merchant;
  let history: Dated[];

  beforeAll(async () => {
    acme = await bahi.aMerchant({ accounts: [] });
    const [hold, settlement] = movements.payout(300_00n);
    const [failing, released] = movements.failedPayout(50_00n);
    history = [
      { at: at('2026-01-01T00:00:00.000Z'), posting: movements.funding(1_000_00n) },
      { at: at('2026-01-01T00:00:00.001Z'), posting: hold! },
      // Two of the same commit have the same date.
      { at: at('2026-01-02T10:00:00.500Z'), posting: settlement! },
      { at: at('2026-01-02T10:00:00.500Z'), posting: failing! },
      { at: at('2026-01-05T23:59:59.999Z'), posting: movements.payment(120_00n, 2_00n, 36n) },
      { at: at('2026-02-01T00:00:00.000Z'), posting: released! },
    ];
    await appendDated(bahi, acme, history);
  });

  it('of any instant is what the entries dated until then come to', async () => {
    const instants = history.flatMap(({ at: when }) => [-1, 0, 1].map((ms) => new Date(when.getTime() + ms)));
    for (const instant of [at('1899-01-01T00:00:00Z'), ...instants]) {
      const seq = history.filter(({ at: when }) => when <= instant).length;
      const { available = 0, held = 0 } = await sumsBy(acme, seq);
      expect(await balance(acme, instant.toISOString())).toEqual({
        ...{ merchant_id: acme.id, currency: 'INR', as_of: instant.toISOString(), seq },
        ...{ available_paise: available, held_paise: held, total_paise: available + held },
      });
    }
  });

  it('of now names the instant and the transaction for which it holds, and stays so when it is asked for again', async () => {
    const now = await balance(acme);
    expect(now).toMatchObject({ available_paise: 817_64, held_paise: 0, total_paise: 817_64, seq: history.length });
    expect(Math.abs(Date.parse(now.as_of) - Date.now())).toBeLessThan(3_600_000);
    expect(await balance(acme, now.as_of)).toEqual(now);
  });

  it('is nothing before the first movement, and of a merchant without any', async () => {
    const nothing = { available_paise: 0, held_paise: 0, total_paise: 0, seq: 0 };
    expect(await balance(acme, '2025-12-31T23:59:59.999Z')).toMatchObject(nothing);
    const zen = await bahi.aMerchant({ accounts: [] });
    expect(await balance(zen)).toMatchObject(nothing);
    expect(await balance(zen, '2026-01-01T00:00:00Z')).toMatchObject(nothing);
  });

  it('of the future is refused, and what is no instant', async () => {
    for (const asOf of ['2100-01-01T00:00:00Z', '9999-12-31T23:59:59-14:00', '2026-01-01', 'now', '']) {
      const answer = await acme.api.get(`/balance?as_of=${encodeURIComponent(asOf)}`);
      expectProblem(answer, 400, 'validation_failed');
      expect(answer.body.errors[0].pointer).toBe('#/query/as_of');
    }
  });

  it('names the date of the last transaction where a clock was set back since', async () => {
    const late = await bahi.aMerchant({ accounts: [] });
    const ahead = new Date(Date.now() + 86_400_000);
    await appendDated(bahi, late, [{ at: ahead, posting: movements.funding(100n) }]);
    expect(await balance(late)).toMatchObject({ available_paise: 100, seq: 1, as_of: ahead.toISOString() });
    expect(await balance(late, ahead.toISOString())).toMatchObject({ available_paise: 100, seq: 1 });
    expect(await balance(late, new Date(ahead.getTime() - 1).toISOString())).toMatchObject({ seq: 0 });
  });
});

describe('while payouts are on their way', () => {
  it('a balance is that of one moment of the ledger, and a later one has no smaller number', async () => {
    const busy = await bahi.aMerchant({ rupees: 1_000 });
    const seen: Json[] = [];
    let paying = true;
    const look = async (): Promise<void> => {
      while (paying) seen.push(await balance(busy));
    };
    const looking = look();
    const payouts = await Promise.all(Array.from({ length: 12 }, (_, i) => busy.aPayout(10 + i)));
    await Promise.all(payouts.map(({ id }) => busy.until(id, 'completed')));
    paying = false;
    await looking;
    seen.push(await balance(busy));
    expect(new Set(seen.map(({ seq }) => seq)).size).toBeGreaterThan(1);
    expect(seen.map(({ seq }) => seq)).toEqual(seen.map(({ seq }) => seq).sort((a, b) => a - b));
    for (const { seq, available_paise, held_paise, total_paise } of seen) {
      const { available, held = 0 } = await sumsBy(busy, seq);
      expect({ available_paise, held_paise, total_paise }).toEqual({
        ...{ available_paise: available, held_paise: held, total_paise: available! + held },
      });
    }
    expect(seen.at(-1).held_paise).toBe(0);
  });
});

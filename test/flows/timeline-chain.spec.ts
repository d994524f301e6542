import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { movedBy } from '../support/moved-by.js';
import { PaymentsDriver } from '../support/payments-driver.js';

/** The tests restore what they tamper with, so that one database serves all. */
let bahi: Bahi;
let merchant: Merchant;
/** A completed payout, and a payment with one refund that succeeded and one that failed. */
let orders: { readonly payout: string; readonly payment: string };

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true });
  merchant = await bahi.aMerchant({ rupees: 1_000, accounts: ['0001', '0002'] });
  const payments = new PaymentsDriver(merchant);
  const payment = await payments.aSuccess(10_001);
  await payments.refundThat(await payments.aRefund(payment.id, 1_001), 'succeeded');
  await payments.refundThat(await payments.aRefund(payment.id, 1_002), 'failed');
  const { id: payout } = await merchant.aPayout(10);
  await merchant.until(payout, 'completed');
  await merchant.until((await merchant.aPayout(20, { to: '0002' })).id, 'failed');
  orders = { payout, payment: payment.id };
});

afterAll(() => bahi.close());

const KINDS = ['payout', 'payment'] as const;
type Kind = (typeof KINDS)[number];

interface Line {
  readonly merchant_id: string;
  readonly order: string;
  readonly seq: number;
  readonly hash: string | null;
  readonly [field: string]: unknown;
}

/** Each entry as it is in the table, in the order of the chains. */
function linesOf(kind: Kind): Promise<Line[]> {
  return bahi.psql.query<Line>(
    `SELECT merchant_id, ${kind}_id AS "order", seq, type, from_status, to_status,
       to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, actor, reason, data::text, encode(hash, 'hex') AS hash
     FROM ${kind}_events ORDER BY ${kind}_id, seq`,
  );
}

/** An auditor who knows only docs/ledger-hash.md. */
function recomputed(previous: string, line: Line): string {
  const sorted = (_: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  const { merchant_id, order, seq, type, from_status, to_status, at, actor, reason } = line;
  const data = JSON.stringify(JSON.parse(line['data'] as string), sorted);
  const fields = ['bahi-timeline-1', merchant_id, order, seq, type, from_status, to_status, at, actor, reason, data];
  const framed = fields.map((field) => {
    const bytes = Buffer.from(String(field));
    return field === null ? Buffer.from('-') : Buffer.concat([Buffer.from(`${bytes.length}:`), bytes]);
  });
  return createHash('sha256')
    .update(Buffer.concat([Buffer.from(previous, 'hex'), ...framed]))
    .digest('hex');
}

const chainFindings = async (): Promise<string[]> =>
  (await bahi.findings()).filter((finding) => finding.startsWith('TIMELINE_HASH_MISMATCH'));

/** Runs the statements past the triggers, reads what `verify` finds in the chain, and restores the rows. */
async function foundAfter(kind: Kind, ...statements: string[]): Promise<string[]> {
  const id = orders[kind];
  const [before] = await bahi.psql.query<{ timeline_hash: Buffer; events: number }>(
    `SELECT timeline_hash, events FROM ${kind}s WHERE id = $1`,
    [id],
  );
  await bahi.psql.query('DROP TABLE IF EXISTS kept');
  await bahi.psql.query(`CREATE TEMP TABLE kept AS SELECT * FROM ${kind}_events WHERE ${kind}_id = '${id}'`);
  await bahi.psql.tamper(...statements.map((text) => [text, [id]] as const));
  try {
    return await chainFindings();
  } finally {
    await bahi.psql.tamper(
      [`DELETE FROM ${kind}_events WHERE ${kind}_id = $1`, [id]],
      [`INSERT INTO ${kind}_events SELECT * FROM kept`],
      [
        `UPDATE ${kind}s SET timeline_hash = $2, events = $3 WHERE id = $1`,
        [id, before!.timeline_hash, before!.events],
      ],
    );
    expect(await bahi.findings()).toEqual([]);
  }
}

/** An entry written by somebody who knows the table, but not how hashes are made. */
const forged = (kind: Kind, seq: string, { hash = 'NULL', at = 'at' } = {}): string =>
  `INSERT INTO ${kind}_events (merchant_id, ${kind}_id, seq, type, from_status, to_status, at, actor, data, hash)
   SELECT merchant_id, ${kind}_id, ${seq}, 'order.note', to_status, to_status, ${at}, 'system', '{}', ${hash}
   FROM ${kind}_events WHERE ${kind}_id = $1 AND seq = ${seq} - 1`;

describe.each(KINDS)('the chain of a timeline of a %s', (kind) => {
  it('is recomputed by an auditor who knows the page alone, and ends where the order says', async () => {
    const lines = await linesOf(kind);
    expect(lines.length).toBeGreaterThan(5);
    const heads = new Map<string, string>();
    for (const line of lines) {
      expect([line.seq, line.hash]).toEqual([line.seq, recomputed(heads.get(line.order) ?? '00'.repeat(32), line)]);
      heads.set(line.order, line.hash!);
    }
    const stored = await bahi.psql.query<{ id: string; head: string }>(
      `SELECT id, encode(timeline_hash, 'hex') AS head FROM ${kind}s`,
    );
    expect(new Map(stored.map(({ id, head }) => [id, head]))).toEqual(heads);
    expect(await bahi.findings()).toEqual([]);
  });

  it.each([
    ['type', `type || 'x'`],
    ['from_status', `'failed'`],
    ['to_status', `'failed'`],
    ['at', movedBy('at', '1 millisecond')],
    ['actor', `'operator:somebody'`],
    ['reason', `coalesce(reason, '') || 'x'`],
    ['data', `data || '{"note":1}'`],
    ['hash', `sha256('another')`],
  ])('shows an entry whose %s was changed', async (column, value) => {
    const set = `UPDATE ${kind}_events SET ${column} = ${value} WHERE ${kind}_id = $1 AND seq = 2`;
    const found = await foundAfter(kind, set);
    expect(found[0]).toContain(`${kind} ${orders[kind]} is`);
    expect(found[0]).toMatch(/event 2 .*, or an earlier one, was changed/);
  });

  it('shows an entry that is missing, by the one behind it', async () => {
    const found = await foundAfter(kind, `DELETE FROM ${kind}_events WHERE ${kind}_id = $1 AND seq = 2`);
    expect(found).toEqual([expect.stringMatching(/event 3 .*, or an earlier one, was changed/)]);
  });

  it('shows an entry that was put between others, with their numbers moved up', async () => {
    const found = await foundAfter(
      kind,
      `UPDATE ${kind}_events SET seq = seq + 1000 WHERE ${kind}_id = $1 AND seq > 1`,
      `UPDATE ${kind}_events SET seq = seq - 999 WHERE ${kind}_id = $1 AND seq > 1000`,
      forged(kind, '2', { hash: `sha256('forged')` }),
      `UPDATE ${kind}s SET events = events + 1 WHERE id = $1`,
    );
    expect(found).toEqual(
      expect.arrayContaining([expect.stringMatching(/event 2 /), expect.stringMatching(/event 3 /)]),
    );
  });

  it('shows two entries whose places were changed', async () => {
    const found = await foundAfter(
      kind,
      `UPDATE ${kind}_events SET seq = seq + 1000 WHERE ${kind}_id = $1 AND seq IN (1, 2)`,
      `UPDATE ${kind}_events SET seq = 1003 - seq WHERE ${kind}_id = $1 AND seq > 1000`,
    );
    expect(found[0]).toMatch(/event 1 .* was changed/);
  });

  const last = `(SELECT max(seq) FROM ${kind}_events WHERE ${kind}_id = $1)`;

  it('shows an entry without a hash that was appended and counted, though it is dated back', async () => {
    for (const at of ['at', `timestamptz '2020-01-01'`]) {
      const found = await foundAfter(
        kind,
        forged(kind, `${last} + 1`, { at }),
        `UPDATE ${kind}s SET events = events + 1 WHERE id = $1`,
      );
      expect(found).toEqual([expect.stringMatching(/\(order[.]note\) of its timeline has no hash/)]);
    }
  });

  it('shows an entry that was appended with a hash of its own making', async () => {
    const found = await foundAfter(
      kind,
      forged(kind, `${last} + 1`, { hash: `sha256('forged')` }),
      `UPDATE ${kind}s SET events = events + 1, timeline_hash = sha256('forged') WHERE id = $1`,
    );
    expect(found).toEqual([expect.stringMatching(/\(order[.]note\) .* was changed/)]);
  });

  it('shows an entry that was cut off at the end, by the head', async () => {
    const found = await foundAfter(
      kind,
      `DELETE FROM ${kind}_events WHERE ${kind}_id = $1 AND seq = ${last}`,
      `UPDATE ${kind}s SET events = events - 1 WHERE id = $1`,
    );
    expect(found).toEqual([expect.stringContaining('its timeline does not end with the hash that is stored for it')]);
  });

  it.each(['NULL', `sha256('another')`])('shows a head that was set to %s', async (head) => {
    const found = await foundAfter(kind, `UPDATE ${kind}s SET timeline_hash = ${head} WHERE id = $1`);
    expect(found).toEqual([expect.stringContaining('its timeline does not end with the hash that is stored for it')]);
  });

  it('shows hashes that were taken away from the whole timeline', async () => {
    const found = await foundAfter(
      kind,
      `UPDATE ${kind}_events SET hash = NULL, reason = 'forged' WHERE ${kind}_id = $1`,
      `UPDATE ${kind}s SET timeline_hash = NULL WHERE id = $1`,
    );
    expect(found[0]).toMatch(/event 1 .* has no hash/);
  });
});

describe('while the version before the chain still serves', () => {
  /** Writes as the old version does, which knows neither the hash nor the head. */
  async function writtenByOldVersion(id: string): Promise<void> {
    await bahi.psql.query(forged('payout', '(SELECT max(seq) + 1 FROM payout_events WHERE payout_id = $1)'), [id]);
    await bahi.psql.query('UPDATE payouts SET events = events + 1 WHERE id = $1', [id]);
  }
  const overlapEndsIn = (days: number) =>
    bahi.psql.query(`UPDATE timeline_chain SET unhashed_until = now() + $1 * interval '1 day'`, [days]);

  it('its entries are no findings, and the chain goes on behind them', async () => {
    const [chain] = await bahi.psql.query<{ unhashed_until: Date }>('SELECT unhashed_until FROM timeline_chain');
    await overlapEndsIn(1);
    const { id } = await merchant.aPayout(30);
    await merchant.until(id, 'completed');
    await writtenByOldVersion(id);
    expect(await bahi.findings()).toEqual([]);
    await bahi.asOperator().delete(`/payouts/${id}`);
    const lines = (await linesOf('payout')).filter(({ order }) => order === id);
    expect(lines.map(({ hash }) => hash !== null)).toEqual([true, true, true, false, true]);
    expect(lines[4]!.hash).toBe(recomputed(lines[2]!.hash!, lines[4]!));
    expect(await bahi.findings()).toEqual([]);

    // When the versions no longer overlap, the same entries are findings; and the service cannot extend the overlap.
    await bahi.psql.query('UPDATE timeline_chain SET unhashed_until = $1', [chain!.unhashed_until]);
    expect(await bahi.findings()).toEqual([
      expect.stringMatching(/^TIMELINE_HASH_MISMATCH: .* event 4 \(order[.]note\) of its timeline has no hash$/),
    ]);
    const granted = await bahi.psql.query<{ privilege_type: string }>(
      `SELECT privilege_type FROM information_schema.role_table_grants
       WHERE grantee = 'bahi_app' AND table_name = 'timeline_chain'`,
    );
    expect(granted).toEqual([{ privilege_type: 'SELECT' }]);
  });
});

import type { Database } from '../src/platform/database/connections/database.js';
import type { ChaosFlow, Compared, Customer } from './chaos-flow.js';
import { type BenchMerchant } from './merchants.js';

/** For a transfer `t`: the money had left, and the bank says that it came back, or that it never left. */
const HAS_GONE_BACK = `(t.returns_at <= now() OR (t.outcome = 'rejected'
  AND EXISTS (SELECT FROM bank_simulator.movements moved WHERE moved.reference = t.reference)))`;

/**
 * Some of the transfers that were paid, about which the bank has nothing more to say, and whose payouts Bahi has
 * completed; without those that another fault has changed in the meantime.
 */
const SOME_PAID = `outcome = 'paid' AND returns_at IS NULL AND reference IN (
  SELECT t.reference FROM bank_simulator.transfers t JOIN payouts p ON p.id::text = t.reference
  WHERE p.status = 'completed' AND t.outcome = 'paid' AND t.returns_at IS NULL AND t.settles_at <= now()
    AND NOT EXISTS (SELECT FROM bank_simulator.callbacks c WHERE c.reference = t.reference AND c.delivered_at IS NULL)
  ORDER BY md5(t.reference || $1::text) LIMIT 3)`;

const REJECT_LATE = `
  UPDATE bank_simulator.transfers SET outcome = 'rejected', failure_code = 'bank_account_closed', utr = NULL
  WHERE ${SOME_PAID} RETURNING reference`;

const LOSE_CALLBACKS = `
  DELETE FROM bank_simulator.callbacks WHERE delivered_at IS NULL AND id % 100 <= $1::integer / 2 RETURNING id`;

/** Both books side by side: what Bahi says, and what the bank says, of each payout. */
const BOTH = `
  SELECT p.id, p.status, p.utr, p.amount_paise, t.amount_paise AS bank_amount_paise, m.bank_utr, m.times_paid,
    CASE WHEN t.reference IS NULL THEN 'failed' WHEN ${HAS_GONE_BACK} THEN 'reversed'
      WHEN t.outcome = 'rejected' THEN 'failed' WHEN t.outcome = 'paid' THEN 'completed' ELSE t.outcome END AS expected
  FROM payouts p LEFT JOIN bank_simulator.transfers t ON t.reference = p.id::text
  CROSS JOIN LATERAL (
    SELECT max(utr) AS bank_utr, count(*)::integer AS times_paid FROM bank_simulator.movements WHERE reference = p.id::text
  ) m`;

/** Payouts whose money has gone back without Bahi having noticed. */
const GONE_BACK = `payouts p JOIN bank_simulator.transfers t ON t.reference = p.id::text
  WHERE p.status = 'completed' AND ${HAS_GONE_BACK}`;

interface BothRow {
  readonly id: string;
  readonly status: string;
  readonly expected: string;
  readonly utr: string | null;
  readonly bank_utr: string | null;
  readonly amount_paise: string;
  readonly bank_amount_paise: string | null;
  readonly times_paid: number;
}

/** Payouts at a bank that rejects, hangs, loses answers, is slow, and sends money back. */
export const PAYOUTS: ChaosFlow = {
  what: 'payouts',
  environment: {
    PAYOUT_BANK_FAILURE_RATE: '0.05',
    BANK_SIMULATOR_FAULT_RATE: '0.05',
    PAYOUT_RETURN_WATCH_PER_SECOND: '100',
  },
  gateway: 'bank-simulator',
  otherSide: 'bank_simulator.transfers',
  open: `
    SELECT (SELECT count(*)::integer FROM payouts WHERE next_attempt_at IS NOT NULL)
        + (SELECT count(*)::integer FROM ${GONE_BACK}) AS orders,
      (SELECT count(*)::integer FROM bank_simulator.callbacks WHERE delivered_at IS NULL) AS webhooks`,
  stuck: `
    SELECT format('%s payouts are %s, %s after %s attempts is due %s', count(*), status, next_step, min(attempts),
      min(next_attempt_at)) AS what
    FROM payouts WHERE next_attempt_at IS NOT NULL GROUP BY status, next_step
    UNION ALL
    SELECT format('%s payouts are completed, and at the bank they are not', count(*)) FROM ${GONE_BACK} HAVING count(*) > 0`,
  submissions: `
    SELECT count(*)::integer AS submissions FROM payout_events WHERE merchant_id = $1 AND type = 'payout.processing'`,
  mends: [
    `UPDATE bank_simulator.transfers SET outcome = 'rejected', failure_code = 'gateway_technical_error'
     WHERE outcome = 'down' AND received_at NOT BETWEEN now() - interval '10 seconds' AND now()`,
    // As if an hour had passed: the bank is asked again whether money has come back.
    `UPDATE payouts SET watch_next_at = date_trunc('milliseconds', now()) WHERE id IN (SELECT p.id FROM ${GONE_BACK})`,
  ],
  carriesTimes: [
    `UPDATE bank_simulator.transfers SET received_at = received_at + ($2::interval - $1::interval),
       settles_at = settles_at + ($2::interval - $1::interval), returns_at = returns_at + ($2::interval - $1::interval)`,
    `UPDATE bank_simulator.callbacks SET due_at = due_at + ($2::interval - $1::interval),
       claimed_until = claimed_until + ($2::interval - $1::interval) WHERE delivered_at IS NULL`,
  ],
  rightClock: [
    `UPDATE bank_simulator.transfers SET settles_at = settles_at - (received_at - now()),
       returns_at = returns_at - (received_at - now()), received_at = now() WHERE received_at > now() + interval '1 second'`,
    `UPDATE bank_simulator.callbacks SET due_at = least(due_at, now()), claimed_until = NULL
     WHERE delivered_at IS NULL AND greatest(due_at, claimed_until) > now() + interval '20 seconds'`,
  ],
  otherSideFaults: [
    { what: 'times callbacks were lost', sql: LOSE_CALLBACKS },
    {
      what: 'times money sent back without a callback',
      sql: `UPDATE bank_simulator.transfers SET returns_at = now() WHERE ${SOME_PAID} RETURNING reference`,
    },
    {
      what: 'times completed transfers called rejected',
      sql: `
        WITH late AS (${REJECT_LATE})
        INSERT INTO bank_simulator.callbacks (reference, event, due_at) SELECT reference, 'rejected', now() FROM late
        RETURNING reference`,
    },
    { what: 'times the same without a callback', sql: REJECT_LATE },
  ],
  ask,
  compare,
};

/** The bank answers every fortieth request with 503 because of its account. */
const FAILING = 40;
const FAILING_ACCOUNT = { account_holder_name: 'Asha Rao', account_number: '50100012340008', ifsc: 'HDFC0000001' };

async function ask(customer: Customer, { bankAccountId }: BenchMerchant, index: number, dice: () => number) {
  const amount = 100 + Math.floor(dice() * 100_000);
  const failing =
    index % FAILING === FAILING - 1 ? await customer.post('/bank-accounts', FAILING_ACCOUNT, `account-${index}`) : null;
  const body = { amount_paise: amount, bank_account_id: failing?.body['id'] ?? bankAccountId };
  await customer.post('/payouts', body, `payout-${index}`);
}

async function compare(superuser: Database, asked: number): Promise<Compared> {
  const rows = await superuser.query<BothRow>(BOTH);
  const findings = rows.flatMap(differences);
  if (rows.length !== asked) findings.push(`${asked} payouts were accepted, and there are ${rows.length}`);
  const count = (status: string): number => rows.filter((row) => row.status === status).length;
  const ends = ['completed', 'failed', 'reversed'].map((status) => `${count(status)} ${status}`);
  return { findings, figures: `${rows.length} payouts: ${ends.join(', ')}` };
}

function differences(row: BothRow): string[] {
  const { id, status, expected, utr, bank_utr, amount_paise, bank_amount_paise, times_paid } = row;
  const found: string[] = [];
  if (status !== expected) found.push(`${id} is ${status}, and at the bank it is ${expected}`);
  if (times_paid > 1) found.push(`${id} was paid ${times_paid} times`);
  if (times_paid === 1 && utr !== bank_utr) found.push(`${id} has the UTR ${utr}, and the bank says ${bank_utr}`);
  if (bank_amount_paise !== null && amount_paise !== bank_amount_paise)
    found.push(`${id} is about ${amount_paise} paise, and the bank has ${bank_amount_paise}`);
  return found;
}

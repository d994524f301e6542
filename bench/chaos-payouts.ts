import type { Database } from '../src/platform/database/database.js';
import type { ChaosFlow, Compared, Customer } from './chaos-flow.js';
import { type BenchMerchant } from './merchants.js';

/** Both books side by side: what Bahi says, and what the bank says, of each payout. */
const BOTH = `
  SELECT p.id, p.status, p.utr, p.amount_paise, t.amount_paise AS bank_amount_paise, t.utr AS bank_utr,
    (SELECT count(*)::integer FROM bank_simulator.movements m WHERE m.reference = p.id::text) AS times_paid,
    CASE WHEN t.reference IS NULL THEN 'failed' WHEN t.outcome = 'rejected' THEN 'failed'
      WHEN t.returns_at <= now() THEN 'reversed' WHEN t.outcome = 'paid' THEN 'completed' ELSE t.outcome END AS expected
  FROM payouts p LEFT JOIN bank_simulator.transfers t ON t.reference = p.id::text`;

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

/** Payouts at a bank that rejects, hangs, loses answers, takes its time, and sends money back. */
export const PAYOUTS: ChaosFlow = {
  what: 'payouts',
  environment: {
    PAYOUT_BANK_FAILURE_RATE: '0.05',
    BANK_SIMULATOR_FAULT_RATE: '0.05',
  },
  otherSide: 'bank_simulator.transfers',
  open: `
    SELECT (SELECT count(*)::integer FROM payouts WHERE next_attempt_at IS NOT NULL) AS orders,
      (SELECT count(*)::integer FROM bank_simulator.callbacks WHERE delivered_at IS NULL) AS post`,
  ask,
  compare,
};

async function ask(customer: Customer, { bankAccountId }: BenchMerchant, index: number, dice: () => number) {
  const body = { amount_paise: 100 + Math.floor(dice() * 100_000), bank_account_id: bankAccountId };
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

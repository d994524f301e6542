import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { textOf } from '../../src/platform/database/statements/sql-template.js';
import { openByStatus } from '../../src/modules/payouts/infrastructure/payout-metrics.js';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres-server.js';
import { SqlSession } from '../support/sql-session.js';

let place: TestDatabase;
let superuser: SqlSession;

beforeAll(async () => {
  place = await createMigratedDatabase();
  superuser = await SqlSession.at(place.superuserUrl);
});

afterAll(async () => {
  await superuser.close();
  await place.drop();
});

/** Payouts of the merchant with this digit; the digits determine the order of the rows. */
const payouts = (digit: number, count: number, due: string): [string] => [
  `INSERT INTO payouts (merchant_id, id, bank_account_id, recipient_name, recipient_account_number, recipient_ifsc,
     amount_paise, mode, status, next_step, waiting_for, next_attempt_at, attempts, inquiries, needs_attention,
     bank_disagrees, events, created_at, updated_at)
   SELECT lpad('', 32, '${digit}')::uuid, gen_random_uuid(), gen_random_uuid(), 'Asha Rao', '918200000001', 'HDFC0000001',
     100, 'IMPS', ${due}, now(), 0, 0, false, false, 1, now(), now()
   FROM generate_series(1, ${count})`,
];

it('the payouts at a bank are counted, however many others wait', async () => {
  await superuser.tamper(
    payouts(1, 50, `'pending', 'submit', NULL`),
    payouts(2, 50, `'pending', 'submit', 'gateway_paused'`),
    payouts(3, 3, `'processing', 'inquire', NULL`),
  );
  const found = await superuser.query(`${textOf(openByStatus(40))} ORDER BY labels`);
  expect(found).toEqual([
    { labels: { status: 'pending' }, value: '40' },
    { labels: { status: 'processing' }, value: '3' },
  ]);
});

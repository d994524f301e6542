import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AcknowledgeFinding, type BookSearched } from '../../src/modules/ledger/application/acknowledge-finding.js';
import type { VerifiedBook } from '../../src/modules/ledger/application/verified-book.js';
import { VerifyBooks } from '../../src/modules/ledger/application/verify-books.js';
import { toBeJudged } from '../../src/modules/ledger/domain/audit.js';
import { FindingNotFound } from '../../src/modules/ledger/domain/refusals.js';
import { SettlePayment } from '../../src/modules/payments/application/settle-payment.js';
import { SettlePayout } from '../../src/modules/payouts/application/settle-payout.js';
import { timeOfId } from '../../src/shared/ids.js';
import { documentedFetch } from '../support/documented-fetch.js';
import { Bahi } from '../support/bahi.js';
import type { Answer, Client } from '../support/client.js';
import type { LocalService } from '../support/local-service.js';
import type { Merchant } from '../support/merchant.js';
import { whileOwnClockIsOff } from '../support/own-clock.js';
import { PaymentsDriver, ProviderBooks } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
let operator: Client;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true });
  operator = bahi.asOperator();
});

afterAll(() => bahi.close());

const WHY = 'The bank has confirmed its mistake by mail.';

async function verified({ id }: Merchant): Promise<VerifiedBook> {
  for await (const book of bahi.service.get(VerifyBooks).execute(id)) return book;
  throw new Error('a book that is named is verified');
}

const acknowledge = (finding: string, merchant: { id: string }, reason = WHY): Promise<Answer> =>
  operator.post('/acknowledgements', { finding, reason }, { merchant });

/** The digest of the only finding in a merchant's book. */
async function digestOf(merchant: Merchant, code: string): Promise<string> {
  const { findings } = await verified(merchant);
  expect(findings).toEqual([expect.objectContaining({ code, evidence: expect.stringMatching(/^[0-9a-f]{64}$/) })]);
  return findings[0]!.evidence!;
}

/** Applies what the bank says as an inquiry does. */
async function bankSays(merchant: Merchant, id: string, utr: string): Promise<void> {
  const call = { kind: 'inquiry', gateway: 'bank-simulator', attempt: 1, askedAtMs: performance.now() } as const;
  await bahi.service.get(SettlePayout).execute(merchant.id, id, call, { kind: 'succeeded', utr });
}

/** A payout that failed, and that the bank reports as paid afterwards. */
async function aContradictedPayout(merchant: Merchant): Promise<string> {
  const { id } = await merchant.aPayout(10, { to: '0002' });
  await merchant.until(id, 'failed');
  await bankSays(merchant, id, '632812345678');
  return id;
}

const aMerchant = (): Promise<Merchant> => bahi.aMerchant({ rupees: 100, accounts: ['0001', '0002'] });

describe('a finding that an operator has acknowledged', () => {
  it('no longer counts, and is shown with who, when and why', async () => {
    const acme = await aMerchant();
    const id = await aContradictedPayout(acme);
    const finding = await digestOf(acme, 'BANK_DISAGREES');

    const answer = await acknowledge(finding, acme);

    const detail = `payout ${id} is failed, but the bank says otherwise`;
    expect(answer).toMatchObject({ status: 200, body: { finding, code: 'BANK_DISAGREES', detail, reason: WHY } });
    expect(answer.body.acknowledged_by).toMatch(/^operator:/);
    const { findings, acknowledged } = await verified(acme);
    expect(findings).toEqual([]);
    expect(acknowledged).toMatchObject([{ evidence: finding, reason: WHY, actor: answer.body.acknowledged_by }]);
  });

  it('is acknowledged in order, whatever the clock of the process says', async () => {
    const acme = await aMerchant();
    await aContradictedPayout(acme);
    const finding = await digestOf(acme, 'BANK_DISAGREES');
    await whileOwnClockIsOff(-3_600_000, () => acknowledge(finding, acme));
    const [kept] = await bahi.psql.query<{ id: string; created_at: Date }>(
      'SELECT id, created_at FROM acknowledgements WHERE evidence = $1',
      [finding],
    );
    expect(Math.abs(timeOfId(kept!.id) - kept!.created_at.getTime())).toBeLessThan(60_000);
  });

  it('stays acknowledged while nothing new happens', async () => {
    const acme = await aMerchant();
    const id = await aContradictedPayout(acme);
    await acknowledge(await digestOf(acme, 'BANK_DISAGREES'), acme);

    await bankSays(acme, id, '632812345678');
    await bankSays(acme, id, '632812345678');
    expect((await operator.delete(`/payouts/${id}`)).status).toBe(204);

    expect((await verified(acme)).findings).toEqual([]);
  });

  it('is back as soon as the bank says something new, and can be acknowledged again', async () => {
    const acme = await aMerchant();
    const id = await aContradictedPayout(acme);
    const first = await digestOf(acme, 'BANK_DISAGREES');
    await acknowledge(first, acme);

    await bankSays(acme, id, '632899999999');

    const second = await digestOf(acme, 'BANK_DISAGREES');
    expect(second).not.toBe(first);
    expect((await acknowledge(first, acme)).status).toBe(404);
    expect((await acknowledge(second, acme)).status).toBe(200);
    expect((await verified(acme)).findings).toEqual([]);
  });

  it('keeps the first acknowledgement, however often and by however many it is acknowledged', async () => {
    const acme = await aMerchant();
    await aContradictedPayout(acme);
    const finding = await digestOf(acme, 'BANK_DISAGREES');

    const answers = await Promise.all([1, 2, 3, 4].map((i) => acknowledge(finding, acme, `reason ${i}`)));

    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const listed = await operator.get('/acknowledgements', { merchant: acme });
    expect(listed.body).toMatchObject({ results: [answers[0]!.body], next: null, next_cursor: null });
  });
});

describe('of what a person can judge', () => {
  it('is a payment that its provider contradicts', async () => {
    const acme = await aMerchant();
    const payments = new PaymentsDriver(acme);
    const { id } = await payments.until((await payments.aPayment(12_002)).id, 'failed');
    const says = (providerId: string) => {
      const call = { kind: 'inquiry', gateway: 'payment-simulator', attempt: 1, askedAtMs: performance.now() } as const;
      const key = { merchantId: acme.id, paymentId: id };
      return bahi.service.get(SettlePayment).execute(key, call, { kind: 'succeeded', providerId });
    };
    await says('ch_late');
    expect((await acknowledge(await digestOf(acme, 'BANK_DISAGREES'), acme)).status).toBe(200);
    await says('ch_late');
    expect((await verified(acme)).findings).toEqual([]);
    expect((await verified(acme)).acknowledged).toHaveLength(1);
  });

  it('is a callback that was refused, and each further one', async () => {
    const acme = await aMerchant();
    const payments = new PaymentsDriver(acme);
    const { id } = await payments.aSuccess(12_001);
    const provider = new ProviderBooks(bahi.psql);
    const post = async (eventId: string) => {
      const callback = await provider.callback(id, 'succeeded', { amount_minor: '99999', event_id: eventId });
      const url = `${bahi.service.url}/api/v1/gateways/payment-simulator/callbacks`;
      const headers = callback.headers as Record<string, string>;
      expect(
        (await documentedFetch(url, { method: 'POST', headers, body: new Uint8Array(callback.body) })).status,
      ).toBe(200);
      const refused = 'gateway_callbacks WHERE event_id = $1 AND outcome IS NOT NULL';
      await until('it was judged', async () => (await bahi.count(refused, [eventId])) === 1);
    };
    await post(`${id}.1`);
    const first = await digestOf(acme, 'CALLBACK_REFUSED');
    await acknowledge(first, acme);
    expect((await verified(acme)).findings).toEqual([]);

    await post(`${id}.2`);

    expect(await digestOf(acme, 'CALLBACK_REFUSED')).not.toBe(first);
  });

  it('is a UTR on two payouts', async () => {
    const acme = await aMerchant();
    for (let i = 0; i < 2; i++) {
      // As a bank may do: both transfers get the same UTR.
      await bahi.psql.query(`SELECT setval('bank_simulator.utr_numbers', 900000)`);
      await acme.until((await acme.aPayout(10)).id, 'completed');
    }
    const { findings } = await verified(acme);
    expect(findings.map(({ code }) => code)).toEqual(['UTR_REUSED', 'UTR_REUSED']);
    for (const { evidence } of findings) expect((await acknowledge(evidence!, acme)).status).toBe(200);
    expect((await verified(acme)).findings).toEqual([]);
  });

  it('is nothing that is computed from the ledger: it has no digest, and the database takes none', async () => {
    const acme = await aMerchant();
    const { id } = await acme.aPayout(10);
    await acme.until(id, 'completed');
    const change = (by: string): Promise<void> =>
      bahi.psql.tamper([
        `UPDATE ledger_entries SET balance_paise = balance_paise ${by} WHERE merchant_id = $1`,
        [acme.id],
      ]);
    await change('+ 1');
    const { findings } = await verified(acme);
    await change('- 1');
    expect(findings.map(({ code }) => code)).toContain('BALANCE_MISMATCH');
    expect(findings.filter(({ evidence }) => evidence !== undefined)).toEqual([]);
    const row = `INSERT INTO acknowledgements (evidence, id, merchant_id, finding, detail, reason, actor)
      VALUES (repeat('a', 64), gen_random_uuid(), gen_random_uuid(), 'BALANCE_MISMATCH', 'x', 'x', 'x')`;
    await expect(bahi.psql.query(row)).rejects.toThrow(/acknowledgements_to_be_judged/);
  });
});

describe('an acknowledgement', () => {
  it('is never changed or taken back, by nobody', async () => {
    const acme = await aMerchant();
    await aContradictedPayout(acme);
    await acknowledge(await digestOf(acme, 'BANK_DISAGREES'), acme);
    for (const text of [
      `UPDATE acknowledgements SET reason = 'x'`,
      'DELETE FROM acknowledgements',
      'TRUNCATE acknowledgements',
    ])
      await expect(bahi.psql.query(text)).rejects.toThrow(/acknowledgements/);
  });

  it('is an operator’s to make, of a finding that there is, in the merchant’s own book, and says why', async () => {
    const [acme, other] = [await aMerchant(), await aMerchant()];
    await aContradictedPayout(acme);
    const finding = await digestOf(acme, 'BANK_DISAGREES');
    const post = (body: object, merchant?: Merchant) =>
      operator.post('/acknowledgements', body, merchant === undefined ? {} : { merchant });

    for (const answer of [
      await acme.api.post('/acknowledgements', { finding, reason: WHY }),
      await acme.api.get('/acknowledgements'),
    ])
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    for (const answer of [
      await acknowledge('a'.repeat(64), acme),
      await acknowledge(finding, other),
      await acknowledge(finding, { id: randomUUID() }),
      await post({ finding, reason: WHY }),
    ])
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    for (const answer of [
      await post({ finding }, acme),
      await post({ finding: finding.slice(1), reason: WHY }, acme),
      await post({ finding: finding.toUpperCase(), reason: WHY }, acme),
      await post({ finding, reason: 'x'.repeat(501) }, acme),
    ])
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    expect((await verified(acme)).acknowledged).toEqual([]);
  });
});

/** A message that could not be read and belongs to no merchant. @returns the digest that `verify` prints for it */
async function anUnreadableCallback(eventId: string): Promise<string> {
  await bahi.psql.query(
    `INSERT INTO gateway_callbacks (gateway, event_id, subject, body_digest, body, next_try_at, outcome)
     VALUES ('bank-simulator', $1::text, 'payout', encode(sha256($1::text::bytea), 'hex'), 'moved', NULL, 'unreadable')`,
    [eventId],
  );
  const { findings } = await bahi.service.get(VerifyBooks).ofNoBook();
  return findings.find(({ detail }) => detail.includes(eventId))!.evidence!;
}

describe('what belongs to no book', () => {
  it('is acknowledged over HTTP without a merchant, and not with one', async () => {
    const acme = await aMerchant();
    const finding = await anUnreadableCallback('unreadable-http');
    expect(await acknowledge(finding, acme)).toMatchObject({ status: 404 });

    const answer = await operator.post('/acknowledgements', { finding, reason: WHY });

    expect(answer).toMatchObject({ status: 200, body: { finding, merchant_id: null, code: 'CALLBACK_REFUSED' } });
    const { findings, acknowledged } = await bahi.service.get(VerifyBooks).ofNoBook();
    expect(findings.map(({ evidence }) => evidence)).not.toContain(finding);
    expect(acknowledged.map(({ evidence }) => evidence)).toContain(finding);
    expect((await acme.api.post('/acknowledgements', { finding, reason: WHY })).status).toBe(403);
  });

  it('is read to its end, however much of it is acknowledged; what is not shown is counted', async () => {
    const MANY = 4_200;
    const before = await bahi.service.get(VerifyBooks).ofNoBook();
    await bahi.psql.query(
      `INSERT INTO gateway_callbacks (gateway, event_id, subject, body_digest, body, next_try_at, outcome, received_at)
       SELECT 'bank-simulator', 'old-' || n, CASE n % 2 WHEN 0 THEN 'payout' ELSE 'payment' END, encode(sha256('x'), 'hex'),
         'moved', NULL, 'unreadable', now() - interval '1 day' - n / 3 * interval '1 second'
       FROM generate_series(1, $1::integer) n`,
      [MANY],
    );
    const found = await bahi.service.get(VerifyBooks).ofNoBook();
    expect(found.findings).toHaveLength(100);
    expect(found.more).toBe(MANY + before.findings.length - 100);

    // All except the very last.
    const digest = createHash('sha256').update('x').digest('hex');
    const unreadable = { code: 'callback_unreadable', values: { callback_id: '', gateway: '' } } as const;
    const evidence = Array.from({ length: MANY }, (_, i) => {
      const rest = (i + 1) % 2 === 0 ? [null] : ['payment', null];
      const about = ['bank-simulator', `old-${i + 1}`, digest, 'unreadable', ...rest];
      return toBeJudged('CALLBACK_REFUSED', null, unreadable, about).evidence;
    });
    await bahi.psql.query(
      `INSERT INTO acknowledgements (id, evidence, finding, detail, reason, actor)
       SELECT gen_random_uuid(), e, 'CALLBACK_REFUSED', '', 'Seen.', 'operator:1' FROM unnest($1::text[]) e`,
      [evidence.slice(0, -1)],
    );
    const left = await bahi.service.get(VerifyBooks).ofNoBook();
    expect(left.more).toBe(0);
    expect(left.findings.map((finding) => finding.evidence)).toContain(evidence.at(-1));
    expect(left.findings).toHaveLength(before.findings.length + 1);
    const answer = await operator.post('/acknowledgements', { finding: evidence.at(-1), reason: WHY });
    expect(answer.status).toBe(200);
    await bahi.psql.tamper([`DELETE FROM gateway_callbacks WHERE event_id LIKE 'old-%'`]);
  });

  it('is all that is looked through without a merchant: no book is', async () => {
    const acme = await aMerchant();
    await aContradictedPayout(acme);
    const finding = await digestOf(acme, 'BANK_DISAGREES');
    const answer = await operator.post('/acknowledgements', { finding, reason: WHY });
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });
});

describe('a service that cannot log in as bahi_admin', () => {
  const post = async (service: LocalService): Promise<Answer> =>
    bahi.asOperator(service).post('/acknowledgements', { finding: 'a'.repeat(64), reason: WHY });

  it.each([
    ['without an address', () => '', /^ADMIN_DATABASE_URL is not set/],
    ['with the service’s own', () => bahi.urls.appUrl, /logs in as bahi_app, which is not bahi_admin/],
    [
      'with a wrong password',
      () => Object.assign(new URL(bahi.urls.adminUrl), { password: 'x' }).href,
      /password authentication failed/,
    ],
  ])('acknowledges nothing: %s', async (_, url, detail) => {
    const service = await bahi.serve({ environment: { ADMIN_DATABASE_URL: url() } });
    const answer = await post(service);
    expect(answer).toMatchObject({ status: 403, body: { code: 'administration_disabled', title: expect.any(String) } });
    expect(answer.body.detail).toMatch(detail);
    // eslint-disable-next-line no-restricted-globals -- a page that explains, and no part of the document
    const explained = await fetch(`${service.url}${answer.body.type}`);
    expect(await explained.text()).toContain('ADMIN_DATABASE_URL');
    expect((await bahi.asOperator(service).get('/acknowledgements')).status).toBe(200);
  });

  it('says so at its start, once, and where two roles are one', async () => {
    const lines = async (url: string): Promise<string[]> => {
      const process = await bahi.process('api', { ADMIN_DATABASE_URL: url, GATEWAYS: 'always-succeeds' });
      await process.kill();
      return process.output.split('\n').filter((line) => line.includes('ADMIN_DATABASE_URL'));
    };
    expect(await lines('')).toEqual([expect.stringMatching(/^ADMIN_DATABASE_URL is not set: POST \/acknowledgements/)]);
    expect(await lines(bahi.urls.appUrl)).toEqual([
      expect.stringMatching(/^WARNING: DATABASE_URL and ADMIN_DATABASE_URL log in as the same role, bahi_app/),
    ]);
    expect(await lines(bahi.urls.ownerUrl)).toEqual([
      expect.stringMatching(/^WARNING: ADMIN_DATABASE_URL logs in as bahi_owner, which owns the tables/),
    ]);
    expect(await lines(bahi.urls.adminUrl)).toEqual([]);
  });

  it.each([
    ['create-operator', '--name', 'Ops'],
    ['fund', '--all', '--amount-paise', '100', '--reason', 'x'],
    ['acknowledge', 'a'.repeat(64), '--reason', 'x'],
  ])('ends the command in one line: %s', async (...args) => {
    await aMerchant();
    const { code, stderr } = await bahi.commandWith({ ADMIN_DATABASE_URL: '' }, ...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^ADMIN_DATABASE_URL is not set\. .*\n$/);
  });

  it('opens no connection as bahi_admin before something needs one', async () => {
    const named = new URL(bahi.urls.adminUrl);
    named.searchParams.set('application_name', 'lazy');
    const service = await bahi.serve({ environment: { ADMIN_DATABASE_URL: named.href } });
    const open = `pg_stat_activity WHERE usename = 'bahi_admin' AND application_name = 'lazy'`;
    expect((await bahi.asOperator(service).get('/acknowledgements')).status).toBe(200);
    expect(await bahi.count(open)).toBe(0);
    expect((await post(service)).status).toBe(404);
    expect(await bahi.count(open)).toBe(1);
  });
});

describe('the command line', () => {
  it('prints a finding’s digest, acknowledges it, and is at peace with it', async () => {
    const acme = await aMerchant();
    await aContradictedPayout(acme);
    const finding = await digestOf(acme, 'BANK_DISAGREES');
    const verify = () => bahi.command('verify', '--merchant', acme.id);

    const before = await verify();
    const done = await bahi.command('acknowledge', finding, '--reason', WHY);
    const after = await verify();

    expect([before.code, done.code, after.code]).toEqual([1, 0, 0]);
    expect(before.stdout).toContain(`(finding ${finding})`);
    expect(before.stdout).toMatch(/^ {2}adjusted by system: 1 time, \S*100\.00 in all$/m);
    expect(done.stdout).toMatch(/Acknowledged by command-line:\S+ at /);
    expect(after.stdout).toMatch(new RegExp(`acknowledged by command-line:\\S+ at \\S+ \\(${WHY}\\): BANK_DISAGREES`));
    expect(after.stdout).toContain('1 book verified, 1 finding acknowledged, nothing wrong.');
  });

  it('is at peace with what belongs to no book', async () => {
    await anUnreadableCallback('unreadable-1');
    const found = /^in no book:\n(?:.*\n)* {2}CALLBACK_REFUSED callback unreadable-1 .* \(finding ([0-9a-f]{64})\)$/m;

    const before = await bahi.command('verify');
    const [, finding] = found.exec(before.stdout) ?? [];
    const done = await bahi.command('acknowledge', finding!, '--reason', WHY);
    const after = await bahi.command('verify');

    expect([before.code, done.code]).toEqual([1, 0]);
    expect(after.stdout).toMatch(
      /^in no book:\n(?:.*\n)* {2}acknowledged by .*: CALLBACK_REFUSED callback unreadable-1/m,
    );
  });

  it('can show in which book it looks, of one after the other', async () => {
    const { id } = await aMerchant();
    const looked: BookSearched[] = [];
    const command = { within: 'anywhere', evidence: 'a'.repeat(64), reason: WHY, actor: 'command-line:test' } as const;
    const search = bahi.service.get(AcknowledgeFinding).execute(command, (at) => looked.push(at));
    await expect(search).rejects.toThrow(FindingNotFound);
    expect(looked.map(({ before }) => before)).toEqual([...looked.keys()]);
    expect(looked).toHaveLength(await bahi.count('books'));
    expect(looked.map(({ merchantId }) => merchantId)).toContain(id);
  });

  it.each([
    ['no digest', ['acknowledge', 'x', '--reason', 'y']],
    ['no reason', ['acknowledge', 'a'.repeat(64)]],
    ['a finding that is not there', ['acknowledge', 'a'.repeat(64), '--reason', 'y']],
    ['two findings', ['acknowledge', 'a'.repeat(64), 'b'.repeat(64), '--reason', 'y']],
  ])('refuses %s in one line', async (_, args) => {
    const { code, stderr } = await bahi.command(...args);
    expect(code).toBe(1);
    expect(stderr.split('\n')[0]).toMatch(
      /^(Name the finding|Give the reason|verify does not currently report|acknowledge takes no)/,
    );
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  adjustment,
  append,
  hold,
  type LedgerHead,
  type Posting,
  release,
} from '../../src/modules/ledger/domain/ledger.js';
import { type Account, chainHash, GENESIS, type Transaction } from '../../src/modules/ledger/domain/transaction.js';
import { LedgerTransactionStore } from '../../src/modules/ledger/infrastructure/ledger-store.js';
import { nextId } from '../../src/shared/ids.js';
import { MAX_PAISE, Money } from '../../src/shared/money.js';
import { makeShards } from '../support/shards.js';
import type { SqlSession } from '../support/sql-session.js';
import { TestBooks } from '../support/write-path.js';
import type { TestMerchant, WriteProcess } from '../support/write-process.js';

const RUPEE = 100n;

let testBooks: TestBooks;
/** An attacker with the service's password. */
let intruder: SqlSession;

beforeAll(async () => {
  testBooks = await TestBooks.open();
  intruder = await testBooks.sqlSession('app');
});

afterAll(async () => {
  await testBooks.close();
});

const INSUFFICIENT_PRIVILEGE = { code: '42501' };
const REFUSED_BY_TRIGGER = { code: 'P0001' };

describe('the role of the service', () => {
  it.each([
    ['UPDATE ledger_transactions SET reason = NULL', INSUFFICIENT_PRIVILEGE],
    ['DELETE FROM ledger_transactions', INSUFFICIENT_PRIVILEGE],
    ['TRUNCATE ledger_transactions CASCADE', INSUFFICIENT_PRIVILEGE],
    ['UPDATE ledger_entries SET amount_paise = 1', INSUFFICIENT_PRIVILEGE],
    ['DELETE FROM ledger_entries', INSUFFICIENT_PRIVILEGE],
    ['TRUNCATE ledger_entries', INSUFFICIENT_PRIVILEGE],
    ['UPDATE payout_events SET reason = NULL', INSUFFICIENT_PRIVILEGE],
    ['DELETE FROM payout_events', INSUFFICIENT_PRIVILEGE],
    ['TRUNCATE payout_events', INSUFFICIENT_PRIVILEGE],
    // Locking a row requires the right to change it, so only the trigger can refuse this.
    ['UPDATE books SET currency = currency', REFUSED_BY_TRIGGER],
    // What a merchant requested cannot change: nobody can redirect the money, or send more of it.
    [`UPDATE payouts SET recipient_account_number = '50100000666666'`, INSUFFICIENT_PRIVILEGE],
    ['UPDATE payouts SET amount_paise = amount_paise * 2', INSUFFICIENT_PRIVILEGE],
    ['DELETE FROM payouts', INSUFFICIENT_PRIVILEGE],
    ['DELETE FROM books', INSUFFICIENT_PRIVILEGE],
    ['TRUNCATE books', INSUFFICIENT_PRIVILEGE],
  ])('cannot do this: %s', async (statement, refusal) => {
    await expect(intruder.query(statement)).rejects.toMatchObject(refusal);
  });

  it.each([
    'ALTER TABLE ledger_entries DISABLE TRIGGER ALL',
    'ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_balance',
    'ALTER TABLE ledger_entries DROP CONSTRAINT ledger_balance_not_negative',
    'ALTER TABLE ledger_transactions RENAME TO others',
    'DROP TRIGGER ledger_entries_never_change ON ledger_entries',
    'CREATE TRIGGER mine BEFORE INSERT ON ledger_entries FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
    'CREATE RULE mine AS ON INSERT TO ledger_entries DO INSTEAD NOTHING',
    'CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$',
    'CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$',
    'DROP TABLE ledger_entries',
    'CREATE SCHEMA mine',
    'SET session_replication_role = replica',
    'SET ROLE bahi_owner',
    "SELECT grant_to_service('ALL ON ledger_entries')",
  ])('cannot switch the rules off: %s', async (statement) => {
    await expect(intruder.query(statement)).rejects.toMatchObject(INSUFFICIENT_PRIVILEGE);
  });
});

describe('the owner of the tables', () => {
  it.each(['ledger_transactions', 'ledger_entries', 'payout_events', 'books'])(
    'cannot change %s by mistake',
    async (table) => {
      const owner = await testBooks.sqlSession('owner');
      const column = {
        ledger_transactions: 'reason',
        ledger_entries: 'seq',
        payout_events: 'reason',
        books: 'currency',
      }[table];
      for (const statement of [
        `UPDATE ${table} SET ${column} = ${column}`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table} CASCADE`,
      ]) {
        await expect(owner.query(statement)).rejects.toMatchObject(REFUSED_BY_TRIGGER);
      }
    },
  );
});

/** A book as the intruder knows it: everything that is needed to append to it. */
class Hand {
  head: LedgerHead = {
    seq: 0,
    id: null,
    hash: GENESIS,
    balances: { available: 0n, held: 0n, paid_out: 0n, received: 0n, fees: 0n, taxes: 0n },
  };

  constructor(readonly merchant: TestMerchant) {}

  /** The next transaction as the service would append it. */
  next(posting: Posting): Transaction {
    const at = new Date();
    const { transaction, head } = append(this.merchant.id, this.head, posting, nextId(at.getTime(), this.head.id), at);
    this.head = head;
    return transaction;
  }
}

/** Hashes the changed transaction again, so that the hash is not what is wrong. */
function changed(transaction: Transaction, change: Partial<Transaction>): Transaction {
  const { hash: _, ...movement } = { ...transaction, ...change };
  return { ...movement, hash: chainHash(movement.prevHash, movement) };
}

const entry = (account: Account, amountPaise: bigint, balancePaise: bigint): Transaction['entries'][number] => ({
  account,
  amountPaise,
  balancePaise,
});

/** Runs the service's own statement with any rows. */
async function write(...transactions: Transaction[]): Promise<void> {
  const staged = transactions.map((row) => ({ merchantId: row.merchantId, key: String(row.seq), row, isNew: true }));
  await intruder.together(new LedgerTransactionStore().flush(staged, null));
}

const addEntries = (
  merchant: TestMerchant,
  seq: number,
  ...entries: Transaction['entries'][number][]
): Promise<unknown> =>
  intruder.query(
    `INSERT INTO ledger_entries (merchant_id, account, seq, amount_paise, balance_paise)
     SELECT $1, account, $2, amount, balance FROM unnest($3::text[], $4::bigint[], $5::bigint[]) AS e(account, amount, balance)`,
    [
      merchant.id,
      seq,
      entries.map(({ account }) => account),
      entries.map(({ amountPaise }) => amountPaise),
      entries.map(({ balancePaise }) => balancePaise),
    ],
  );

describe('the ledger', () => {
  let hand: Hand;

  /** A payment, which the service may append, unlike an operator's adjustment. */
  const funding = (paise = 100n * RUPEE): Posting => ({
    ...adjustment(randomUUID(), paise, { actor: 'operator:test', reason: 'funding' }),
    kind: 'payment',
    cause: { type: 'payment', id: randomUUID() },
  });
  const aHold = (paise = 10n * RUPEE, payout: string = randomUUID()): Posting =>
    hold(payout, Money.ofPaise(paise), 'merchant:test');

  beforeEach(async () => {
    hand = new Hand(await testBooks.aMerchant());
    await write(hand.next(funding()));
  });

  it('takes many transactions of many books in one statement', async () => {
    const other = new Hand(await testBooks.aMerchant());
    const payout = randomUUID();
    await write(
      hand.next(aHold(10n * RUPEE, payout)),
      other.next(funding()),
      hand.next(aHold()),
      other.next(aHold()),
      hand.next(release(payout, Money.ofPaise(10n * RUPEE), 'bank:test')),
    );
    expect(await testBooks.available(hand.merchant)).toBe(90n * RUPEE);
    expect(await testBooks.available(other.merchant)).toBe(90n * RUPEE);
    expect(await testBooks.count('ledger_entries WHERE merchant_id = $1', [hand.merchant.id])).toBe(8);
  });

  /** What is wrong, the rows that are wrong, and which check refuses them. */
  const refused: [string, (hand: Hand) => Transaction[], RegExp][] = [
    [
      'entries that do not sum to zero',
      (it) => [changed(it.next(aHold(10n)), { entries: [entry('available', -10n, 9_990n), entry('held', 11n, 11n)] })],
      /does not balance/,
    ],
    [
      'two transactions of which only the sum is zero',
      (it) => [
        changed(it.next(aHold(10n)), { entries: [entry('available', -10n, 9_990n), entry('held', 11n, 11n)] }),
        changed(it.next(aHold(10n)), { entries: [entry('available', -10n, 9_980n), entry('held', 9n, 20n)] }),
      ],
      /does not balance/,
    ],
    [
      'a transaction with one entry',
      (it) => [changed(it.next(aHold(10n)), { entries: [entry('held', 10n, 10n)] })],
      /does not balance/,
    ],
    [
      'an entry of nothing',
      (it) => [changed(it.next(aHold(10n)), { entries: [entry('fees', 0n, 0n)] })],
      /ledger_amount_not_zero/,
    ],
    [
      'a balance that does not continue the last one',
      (it) => [changed(it.next(aHold(10n)), { entries: [entry('available', -10n, 10_000n), entry('held', 10n, 10n)] })],
      /does not continue its balance/,
    ],
    [
      'a balance that does not continue the one before it in the same statement',
      (it) => [
        it.next(aHold(10n)),
        changed(it.next(aHold(10n)), { entries: [entry('available', -10n, 9_980n), entry('held', 10n, 21n)] }),
      ],
      /does not continue its balance/,
    ],
    [
      'a first balance that comes from nowhere',
      (it) => [
        changed(it.next(aHold(10n)), { entries: [entry('available', -10n, 9_990n), entry('held', 10n, 5_010n)] }),
      ],
      /does not continue its balance/,
    ],
    ['a gap in the sequence', (it) => [changed(it.next(aHold(10n)), { seq: 3 })], /does not follow/],
    [
      'a gap in the same statement',
      (it) => [it.next(aHold(10n)), changed(it.next(aHold(10n)), { seq: 4 })],
      /does not follow/,
    ],
    [
      'a sequence number for the second time',
      (it) => [changed(it.next(aHold(10n)), { seq: 1 })],
      /ledger_(transactions|entries)_pkey/,
    ],
    ['sequence number 0', (it) => [changed(it.next(aHold(10n)), { seq: 0 })], /ledger_seq_from_one|does not continue/],
    [
      'a chain to another hash',
      (it) => [changed(it.next(aHold(10n)), { prevHash: new Uint8Array(32).fill(7) })],
      /does not follow/,
    ],
    [
      'a chain to another hash in the same statement',
      (it) => [it.next(aHold(10n)), changed(it.next(aHold(10n)), { prevHash: GENESIS })],
      /does not follow/,
    ],
    ['a hash that is none', (it) => [{ ...it.next(aHold(10n)), hash: new Uint8Array(31) }], /ledger_hash_sha256/],
    ['a transaction without entries', (it) => [changed(it.next(aHold(10n)), { entries: [] })], /without its entries/],
    [
      'a transaction without entries behind one that has them',
      (it) => [it.next(aHold(10n)), changed(it.next(aHold(10n)), { entries: [] })],
      /without its entries/,
    ],
    [
      'more than is available',
      (it) => [
        changed(it.next(aHold(10n)), {
          entries: [entry('available', -20_000n, -10_000n), entry('held', 20_000n, 20_000n)],
        }),
      ],
      /ledger_balance_not_negative/,
    ],
    [
      'more than is held',
      (it) => [changed(it.next(aHold(10n)), { entries: [entry('held', -1n, -1n), entry('paid_out', 1n, 1n)] })],
      /ledger_balance_not_negative/,
    ],
    [
      'a balance beyond what a JSON number shows exactly',
      (it) => {
        const more = MAX_PAISE - 10_000n + 1n;
        return [
          changed(it.next(aHold(10n)), {
            entries: [entry('available', more, MAX_PAISE + 1n), entry('paid_out', -more, -more)],
          }),
        ];
      },
      /ledger_balance_shown_exactly/,
    ],
    [
      'a debt beyond what a JSON number shows exactly',
      (it) => {
        const more = MAX_PAISE - 10_000n + 1n;
        return [
          changed(it.next(aHold(10n)), {
            entries: [entry('received', -more, -MAX_PAISE - 1n), entry('fees', more, more)],
          }),
        ];
      },
      /ledger_balance_shown_exactly/,
    ],
    [
      'an unknown account',
      (it) => [changed(it.next(aHold(10n)), { entries: [entry('pocket' as Account, 1n, 1n), entry('held', -1n, 1n)] })],
      /ledger_account_known|ledger_balance/,
    ],
    [
      'an unknown kind',
      (it) => [changed(it.next(aHold(10n)), { kind: 'gift' as Transaction['kind'] })],
      /ledger_kind_known/,
    ],
    [
      'a reversal of what comes later',
      (it) => [changed(it.next(aHold(10n)), { reversesSeq: 2 })],
      /ledger_reverses_earlier/,
    ],
  ];

  it.each(refused)('refuses %s', async (_what, wrong, why) => {
    const sound = hand.head;
    await expect(write(...wrong(hand))).rejects.toThrow(why);
    // Nothing of it remains, and the book can go on.
    hand.head = sound;
    await write(hand.next(aHold(10n)));
    expect(await testBooks.available(hand.merchant)).toBe(9_990n);
    expect(await testBooks.count('ledger_transactions WHERE merchant_id = $1', [hand.merchant.id])).toBe(2);
  });

  it.each<[string, (payout: string) => Posting]>([
    ['held', (payout) => hold(payout, Money.ofPaise(10n), 'merchant:test')],
    ['released', (payout) => release(payout, Money.ofPaise(10n), 'bank:test')],
  ])('refuses a payout that is %s twice', async (_what, posting) => {
    const payout = randomUUID();
    await write(hand.next(aHold(100n)), hand.next(posting(payout)));
    await expect(write(hand.next(posting(payout)))).rejects.toMatchObject({ constraint: 'ledger_once_per_cause' });
    const again = [new Hand(await testBooks.aMerchant())];
    await write(again[0]!.next(funding()), again[0]!.next(aHold(100n)), again[0]!.next(posting(payout)));
  });

  it('refuses entries of a transaction that nobody wrote', async () => {
    const legs = [entry('available', -1n, 9_999n), entry('held', 1n, 1n)];
    await expect(addEntries(hand.merchant, 2, ...legs)).rejects.toMatchObject({
      constraint: 'ledger_entry_has_transaction',
    });
  });

  it('says what is missing of the first transaction of a book, which follows none', async () => {
    const first = new Hand(await testBooks.aMerchant()).next(funding());
    await expect(write({ ...first, entries: [] })).rejects.toThrow(/without its entries/);
  });

  it('refuses a first transaction that is chained to anything, and does not speak of one before it', async () => {
    const first = new Hand(await testBooks.aMerchant()).next(funding());
    const chained = changed(first, { prevHash: new Uint8Array(32).fill(7) });
    await expect(write(chained)).rejects.toThrow(/ledger transaction 1 .* begins with another hash than an empty book/);
  });

  it('checks that entries have their transaction before COMMIT, which a coordinator answers without asking', async () => {
    const [stray, sound] = [hand.next(aHold(10n)), hand.next(aHold(10n))];
    const [strayEntries] = new LedgerTransactionStore().flush(
      [{ merchantId: stray.merchantId, key: '2', row: stray, isNew: true }],
      null,
    );
    const other = new Hand(await testBooks.aMerchant()).next(funding());
    await intruder.query('BEGIN');
    await intruder.together([strayEntries!]);
    await expect(write(other)).rejects.toMatchObject({ constraint: 'ledger_entry_has_transaction' });
    await intruder.rollback();
    // Two batches of entries and their transactions in one transaction are accepted.
    await intruder.query('BEGIN');
    await write(stray);
    await write(sound);
    await intruder.query('COMMIT');
  });

  it('refuses a transaction whose entries come in a statement of their own', async () => {
    const { id, actor, prevHash, hash, createdAt } = hand.next(aHold(10n));
    const alone = intruder.query(
      `INSERT INTO ledger_transactions (merchant_id, seq, id, kind, reference_type, reference_id, actor, prev_hash, hash, created_at)
       VALUES ($1, 2, $2, 'payout_hold', 'payout', $2::uuid::text, $3, $4, $5, $6)`,
      [hand.merchant.id, id, actor, prevHash, hash, createdAt],
    );
    await expect(alone).rejects.toThrow(/without its entries/);
  });

  it('refuses legs for a transaction that was committed earlier', async () => {
    const legs = [entry('fees', 5n, 5n), entry('taxes', -5n, -5n)];
    await expect(addEntries(hand.merchant, 1, ...legs)).rejects.toThrow(/is closed/);
  });

  it('refuses legs for an earlier transaction of the same commit when its account has gone on since', async () => {
    const first = hand.next({ ...aHold(), legs: { available: -500n, fees: 500n } });
    const second = hand.next(aHold(10n));
    await intruder.query('BEGIN');
    try {
      await write(first, second);
      // Nothing was held at seq 2, and 10 paise are at seq 3, which would no longer continue the balance of held.
      const late = addEntries(hand.merchant, 2, entry('held', 7n, 7n), entry('paid_out', -7n, -7n));
      await expect(late).rejects.toMatchObject(REFUSED_BY_TRIGGER);
    } finally {
      await intruder.query('ROLLBACK');
    }
  });

  it('is not led astray by tables of the same names that the service may make for itself', async () => {
    const astray = await testBooks.sqlSession('app');
    await astray.query('BEGIN');
    // A session's temporary tables are found before the catalog's, so the triggers would look for their tables here.
    await astray.query(`
      CREATE TEMP TABLE open_transactions AS SELECT merchant_id, seq FROM public.ledger_transactions;
      CREATE TEMP TABLE pg_constraint AS
        SELECT 'public.ledger_entries'::regclass AS conrelid, 'open_transactions'::regclass AS confrelid, 'f'::"char" AS contype`);
    const legs = astray.query(
      `INSERT INTO ledger_entries (merchant_id, account, seq, amount_paise, balance_paise)
       VALUES ($1, 'fees', 1, 5, 5), ($1, 'taxes', 1, -5, -5)`,
      [hand.merchant.id],
    );
    await expect(legs).rejects.toThrow(/is closed/);
    await astray.query('ROLLBACK');
  });

  it('is guarded on the shards of a distributed table as well', async () => {
    await makeShards(testBooks.superuser);
    const onShard = async (...transactions: Transaction[]): Promise<void> => {
      const staged = transactions.map((row) => ({ merchantId: row.merchantId, key: `${row.seq}`, row, isNew: true }));
      const statements = new LedgerTransactionStore().flush(staged, null).map(({ text, values }) => ({
        text: text
          .replaceAll(/\bledger_transactions\b/g, 'ledger_transactions_102008')
          .replaceAll(/\bledger_entries\b/g, 'ledger_entries_102009'),
        values,
      }));
      await intruder.together(statements);
    };
    const elsewhere = new Hand(await testBooks.aMerchant());
    await onShard(elsewhere.next(funding()));

    // The plain tables have another book: it has a first transaction too, but no second.
    const unbalanced = changed(elsewhere.next(aHold(10n)), {
      entries: [entry('available', -10n, 9_990n), entry('held', 11n, 11n)],
    });
    await expect(onShard(unbalanced)).rejects.toThrow(/does not balance/);
    const late = intruder.query(
      `INSERT INTO ledger_entries_102009 (merchant_id, account, seq, amount_paise, balance_paise)
       VALUES ($1, 'fees', 1, 5, 5), ($1, 'taxes', 1, -5, -5)`,
      [elsewhere.merchant.id],
    );
    await expect(late).rejects.toThrow(/ledger transaction 1 of book .* is closed/);
    expect(await testBooks.count('ledger_entries_102009')).toBe(2);
    expect(await testBooks.count('ledger_entries WHERE merchant_id = $1', [elsewhere.merchant.id])).toBe(0);
  });

  it('lets one of two through who append to the same head at once', async () => {
    const rival = await testBooks.sqlSession('app');
    const mine = hand.next(aHold(10n));
    const theirs = changed(mine, { id: nextId(Date.now()), cause: { type: 'payout', id: randomUUID() } });
    const statements = new LedgerTransactionStore().flush(
      [{ merchantId: mine.merchantId, key: '2', row: theirs, isNew: true }],
      null,
    );
    await intruder.query('BEGIN');
    await write(mine);
    const second = expect(rival.together(statements)).rejects.toMatchObject({ code: '23505' });
    await intruder.query('COMMIT');
    await second;
  });
});

const STATISTICS = [
  ['never had any statistics', []],
  ['has the statistics of a book of a hundred transactions', ['ANALYZE']],
] as const;

/**
 * A connection never drops a plan that was made while the tables were small. Such a plan must not read a merchant's
 * whole history later: the checks behind each INSERT are planned at that time, too.
 */
describe.each(STATISTICS)('the cost of a write, where the planner %s', (_which, whenShort) => {
  const LONG = 20_000;
  /** Activity in other databases of the server can make a connection plan again at any time. */
  const BETWEEN = [200, 300, 600, 1_000, 4_000] as const;
  const plannedBetween = new Map<number, WriteProcess>();
  let own: TestBooks;
  let service: WriteProcess;
  let merchant: TestMerchant;
  const WORK = ['a payout', 'a payout that is sent', 'a funding'] as const;
  type Work = (typeof WORK)[number];
  const short = new Map<Work, number>();

  beforeAll(async () => {
    own = await TestBooks.open();
    // Otherwise autovacuum would collect statistics at any time.
    await own.superuser.query(`
      DO $$ DECLARE name regclass; BEGIN
        FOR name IN SELECT relid FROM pg_stat_user_tables WHERE schemaname = 'public' LOOP
          EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', name);
        END LOOP;
      END $$`);
    service = own.process();
    [merchant] = (await own.merchants(30)) as [TestMerchant];
    await service.fund(merchant, 1_000_000n * RUPEE); // On empty tables.
    await lengthen(100);
    for (const statement of whenShort) await own.superuser.query(statement);
    for (const work of WORK) {
      await pagesFor(work); // So that its connection has its plans.
      short.set(work, await pagesFor(work));
    }
    for (const size of BETWEEN) {
      await lengthen(size);
      const process = own.process();
      for (const work of WORK) await pagesFor(work, process);
      plannedBetween.set(size, process);
    }
    await lengthen(LONG);
  });

  afterAll(async () => {
    await own.close();
  });

  async function lengthen(to: number): Promise<void> {
    const transactions = 'ledger_transactions WHERE merchant_id = $1';
    for (let missing; (missing = to - (await own.count(transactions, [merchant.id]))) > 0;) {
      const count = Math.min(missing, 4_000);
      await Promise.all(
        Array.from({ length: count }, () => service.payOut(merchant, RUPEE, { referenceId: randomUUID() })),
      );
    }
  }

  async function doOnce(work: Work, by: WriteProcess): Promise<void> {
    if (work === 'a funding') return by.fund(merchant, RUPEE);
    const request = { key: randomUUID(), referenceId: randomUUID() };
    const { body } = await by.payOut(merchant, RUPEE, request);
    expect(await by.payOut(merchant, RUPEE, request)).toMatchObject({ replayed: true });
    const { id } = JSON.parse(body) as { id: string };
    if (work === 'a payout that is sent') return by.submit(merchant, id);
    await by.change(merchant, id, (payout, now) => payout.cancel({ now, actor: 'merchant:test' }));
  }

  /**
   * How many pages of tables and indexes are read for it; a payout is requested, requested again, and cancelled or
   * sent.
   */
  async function pagesFor(work: Work, by = service): Promise<number> {
    const ROUNDS = 10;
    const before = await pages(by);
    for (let i = 0; i < ROUNDS; i++) await doOnce(work, by);
    return ((await pages(by)) - before) / ROUNDS;
  }

  async function pages(by: WriteProcess): Promise<number> {
    // A connection reports its reads to the statistics only now and then, or when asked to.
    const flush = [{ text: 'SELECT pg_stat_force_next_flush()', values: [] }];
    for (const asAdmin of [false, true]) await by.writeExtra(merchant, () => flush, asAdmin);
    await own.superuser.query(flush[0]!.text); // Otherwise ANALYZE would report its reads a second late.
    const [row] = await own.superuser.query<{ pages: string }>(
      `SELECT sum(heap_blks_hit + heap_blks_read + coalesce(idx_blks_hit + idx_blks_read, 0)) AS pages
       FROM pg_statio_user_tables WHERE schemaname = 'public'`,
    );
    return Number(row!.pages);
  }

  /**
   * An index of 20,000 entries is a level or two deeper than one of 100; a whole history would be hundreds of pages.
   */
  async function expectNoMore(work: Work, by: WriteProcess): Promise<void> {
    await pagesFor(work, by); // The planner itself reads pages, until the connection has its plans.
    expect(await pagesFor(work, by)).toBeLessThan(2.5 * short.get(work)!);
  }

  it.each(WORK)(
    'does not grow with the book for %s, on a connection that was there from the beginning',
    async (work) => {
      await expectNoMore(work, service);
    },
  );

  it.each(BETWEEN)(
    'does not grow with the book for a payout, on a connection of when it had %i transactions',
    async (size) => {
      await expectNoMore('a payout', plannedBetween.get(size)!);
      await expectNoMore('a payout that is sent', plannedBetween.get(size)!);
    },
  );

  it.each(WORK)('does not grow with the book for %s, on a new connection', async (work) => {
    await expectNoMore(work, own.process());
  });

  it.each(WORK)('does not grow with the book for %s, once the planner knows it', async (work) => {
    await own.superuser.query('ANALYZE');
    // Reports the connection's own reads now, and not while something else is counted.
    await own.superuser.query('SELECT pg_stat_force_next_flush()');
    await expectNoMore(work, service);
    await expectNoMore(work, own.process());
  });
});

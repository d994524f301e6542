import { type INestApplicationContext, Module } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type DomainEvent } from '../../src/shared/domain-event.js';
import { nextId, timeOfId } from '../../src/shared/ids.js';
import { Database } from '../../src/platform/database/connections/database.js';
import { Books } from '../../src/platform/group-commit/books.js';
import { BOOKS_COMMITTED, type BooksCommitted } from '../../src/platform/group-commit/commit-events.js';
import { OutboxBacklog } from '../../src/platform/outbox/outbox-backlog.js';
import { OutboxPruning } from '../../src/platform/outbox/outbox-pruning.js';
import { OutboxRoutes } from '../../src/platform/outbox/outbox-routes.js';
import { OutboxSignal } from '../../src/platform/outbox/outbox-signal.js';
import { announce, type OutboxEvent, outboxEvents } from '../../src/platform/outbox/outbox.js';
import { overtaken } from '../support/overtaken.js';
import { startPlatform } from '../support/platform.js';
import { PostgresProxy } from '../support/postgres-proxy.js';
import { createMigratedDatabase } from '../support/postgres-server.js';
import { RecordedAlarms } from '../support/recorded-alarms.js';
import { until } from '../support/wait-for.js';

let place: Awaited<ReturnType<typeof createMigratedDatabase>>;
let owner: Database;
const processes: INestApplicationContext[] = [];

beforeAll(async () => {
  place = await createMigratedDatabase();
  owner = new Database(place.ownerUrl, 2);
});

afterEach(async () => {
  for (const process of processes.splice(0)) await process.close();
  await owner.query('TRUNCATE outbox, outbox_queue, outbox_marks');
  await owner.query('DELETE FROM queue.job');
});

afterAll(async () => {
  await owner.close();
  await place.drop();
});

async function aProcess(options: {
  worker: boolean;
  url?: string;
  route?: (routes: OutboxRoutes) => void;
}): Promise<INestApplicationContext> {
  @Module({})
  class RoutesOnTest {
    constructor(routes: OutboxRoutes) {
      options.route?.(routes);
    }
  }
  const process = await startPlatform(options.url ?? place.appUrl, { worker: options.worker, imports: [RoutesOnTest] });
  processes.push(process);
  return process;
}

const carriesRequests = (routes: OutboxRoutes): void => routes.route('payout.requested', toPayouts);

async function aBook(): Promise<string> {
  const merchantId = nextId(Date.now());
  await owner.query('INSERT INTO books (merchant_id) VALUES ($1)', [merchantId]);
  return merchantId;
}

const write = (process: INestApplicationContext, merchantId: string, ...events: DomainEvent[]): Promise<void> =>
  process
    .get(Books)
    .write(merchantId, { reads: [], decide: (book) => events.forEach((event) => announce(book, event)) });

/** Records that this many days ago, by live time, the database's clock was this many days behind today. */
const mark = (daysAgo: number, clockDaysAgo = daysAgo): Promise<unknown> =>
  owner.query(
    `INSERT INTO outbox_marks SELECT live_ms - $1 * 86400000.0, now() - $2 * interval '1 day' FROM live_time`,
    [daysAgo, clockDaysAgo],
  );

interface Row {
  id: string;
  type: string;
  payload: unknown;
  published: boolean;
}

const rows = (merchantId: string): Promise<Row[]> =>
  owner.query<Row>(
    `SELECT id, type, payload, published_at IS NOT NULL AND NOT EXISTS (
       SELECT FROM outbox_queue q WHERE q.merchant_id = o.merchant_id AND q.id = o.id
     ) AS published FROM outbox o WHERE merchant_id = $1 ORDER BY id`,
    [merchantId],
  );

const allPublished = async (merchantId: string): Promise<boolean> =>
  (await rows(merchantId)).every(({ published }) => published);

const jobs = (): Promise<{ queue: string; id: string; name: string; data: unknown }[]> =>
  owner.query('SELECT queue, id, name, data FROM queue.job ORDER BY id');

const toPayouts = (event: OutboxEvent) =>
  ({
    queue: 'payouts',
    name: 'process',
    id: String(event.payload.payout_id),
    data: { merchantId: event.merchantId },
  }) as const;

describe('an event', () => {
  it('is committed with the decision that announced it, in order, down to the last paisa and quote', async () => {
    const api = await aProcess({ worker: false, route: carriesRequests });
    const merchantId = await aBook();

    await write(
      api,
      merchantId,
      { type: 'payout.requested', payload: { payout_id: 'a', amount_paise: 9_007_199_254_740_991 } },
      { type: 'payout.cancelled', payload: { text: `it's "quoted", \\ {odd} und ₹` } },
    );

    expect(await rows(merchantId)).toEqual([
      expect.objectContaining({
        type: 'payout.requested',
        payload: { payout_id: 'a', amount_paise: 9_007_199_254_740_991 },
        published: false,
      }),
      expect.objectContaining({
        type: 'payout.cancelled',
        payload: { text: `it's "quoted", \\ {odd} und ₹` },
        // No queue needs it.
        published: true,
      }),
    ]);
  });

  it('is not announced by a decision that refuses', async () => {
    const api = await aProcess({ worker: false });
    const merchantId = await aBook();

    const refused = api.get(Books).write(merchantId, {
      reads: [],
      decide: (book) => {
        announce(book, { type: 'payout.requested', payload: {} });
        throw new Error('no');
      },
    });

    await expect(refused).rejects.toThrow('no');
    expect(await rows(merchantId)).toEqual([]);
  });

  it('gets an id behind the last one of its book, even when the clock stands behind it', async () => {
    const api = await aProcess({ worker: false });
    const merchantId = await aBook();
    const fromTheFuture = nextId(Date.now() + 3_600_000);
    await owner.query(`INSERT INTO outbox VALUES ($1, $2, 'payout.requested', '{}', now(), NULL, now())`, [
      merchantId,
      fromTheFuture,
    ]);

    await write(api, merchantId, { type: 'payout.completed', payload: {} });

    const [first, second] = await rows(merchantId);
    expect(first?.id).toBe(fromTheFuture);
    expect(timeOfId(second!.id)).toBeGreaterThanOrEqual(timeOfId(fromTheFuture));
  });

  it('is known to this process before the writer is answered', async () => {
    const api = await aProcess({ worker: false });
    const merchantId = await aBook();
    const published: string[] = [];
    // Typed as unknown, because the emitter's own types do not allow listeners that return a promise.
    const takingItsTime = (committed: BooksCommitted): unknown =>
      new Promise(setImmediate).then(() => {
        for (const { row } of committed.staged(outboxEvents)) published.push(row.type);
      });
    api.get(EventEmitter2).on(BOOKS_COMMITTED, takingItsTime);

    await write(
      api,
      merchantId,
      { type: 'payout.requested', payload: { payout_id: 'a' } },
      { type: 'payout.noticed', payload: {} },
    );

    expect(published).toEqual(['payout.requested', 'payout.noticed']);
  });
});

describe('the relay', () => {
  it('carries an event of another process to the queue that its route names', async () => {
    const api = await aProcess({ worker: false, route: carriesRequests });
    await aProcess({ worker: true, route: carriesRequests });
    const merchantId = await aBook();

    await write(api, merchantId, { type: 'payout.requested', payload: { payout_id: 'p-1' } });
    await until('the event is published', () => allPublished(merchantId));

    expect(await jobs()).toEqual([{ queue: 'payouts', id: 'p-1', name: 'process', data: { merchantId } }]);
  });

  it('leaves alone an event that no route names: it is history from the start', async () => {
    const worker = await aProcess({ worker: true, route: (routes) => routes.route('payout.requested', toPayouts) });
    const merchantId = await aBook();

    await write(worker, merchantId, { type: 'payout.noticed', payload: {} });

    expect(await allPublished(merchantId)).toBe(true);
    expect(await owner.query('SELECT FROM outbox_queue')).toEqual([]);
    expect(await jobs()).toEqual([]);
  });

  it('follows every route of an event, to as many jobs as each asks for', async () => {
    const worker = await aProcess({
      worker: true,
      route: (routes) => {
        routes.route('payout.requested', toPayouts);
        routes.route('payout.requested', (event) =>
          [1, 2].map((n) => ({ queue: 'payments' as const, name: 'tell', id: `w-${n}`, data: { eventId: event.id } })),
        );
      },
    });
    const merchantId = await aBook();

    await write(worker, merchantId, { type: 'payout.requested', payload: { payout_id: 'p-1' } });
    await until('the event is published', () => allPublished(merchantId));

    expect((await jobs()).map(({ queue, id }) => `${queue} ${id}`).toSorted()).toEqual([
      'payments w-1',
      'payments w-2',
      'payouts p-1',
    ]);
  });

  it('works on nothing where the process is no worker', async () => {
    const api = await aProcess({ worker: false, route: carriesRequests });
    const merchantId = await aBook();
    await write(api, merchantId, { type: 'payout.requested', payload: { payout_id: 'p-1' } });

    // As long as a worker needs for it, and somewhat longer.
    const other = await aProcess({ worker: true, route: (routes) => routes.route('payout.noticed', () => []) });
    const second = await aBook();
    await write(other, second, { type: 'payout.noticed', payload: {} });
    await until('a worker has come by', () => allPublished(second));

    expect(await jobs()).toEqual([]);
  });

  it('shares a backlog with a second one, and neither carries what the other has', async () => {
    const merchantId = await aBook();
    await owner.query(
      `WITH added AS (
         INSERT INTO outbox SELECT $1, gen_random_uuid(), 'payout.requested', jsonb_build_object('payout_id', 'p-' || n), now()
         FROM generate_series(1, 3000) n RETURNING merchant_id, id
       ) INSERT INTO outbox_queue SELECT * FROM added`,
      [merchantId],
    );
    const carried = new Map<string, number>();
    const route = (routes: OutboxRoutes): void =>
      routes.route('payout.requested', (event) => {
        carried.set(event.id, (carried.get(event.id) ?? 0) + 1);
        return toPayouts(event);
      });

    await Promise.all([aProcess({ worker: true, route }), aProcess({ worker: true, route })]);
    await until('all is published', () => allPublished(merchantId));

    expect(carried.size).toBe(3000);
    expect(new Set(carried.values())).toEqual(new Set([1]));
    expect(await jobs()).toHaveLength(3000);
  });

  it('takes nothing that another one has claimed since its own claim began', async () => {
    const merchantId = await aBook();
    const database = new URL(place.ownerUrl).pathname.slice(1);
    const [first, second] = [nextId(Date.now()), nextId(Date.now() + 1)];
    await owner.query(
      `WITH added AS (
         INSERT INTO outbox SELECT $1, id, 'payout.requested', '{}', now() FROM unnest($2::uuid[]) AS u(id)
         RETURNING merchant_id, id
       ) INSERT INTO outbox_queue SELECT * FROM added`,
      [merchantId, [first, second]],
    );
    for (const way of ['hashjoin', 'mergejoin'])
      await owner.query(`ALTER DATABASE ${database} SET enable_${way} = off`);
    const backlog = (await aProcess({ worker: false, route: carriesRequests })).get(OutboxBacklog);
    // With a nested loop a claim takes one event after the other, so it waits here with the first in hand. With other
    // plans, which some statistics lead to, it has read all of them before it takes the first.
    await owner.query(
      `CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS
         'BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NEW; END'`,
    );
    await owner.query(
      `CREATE TRIGGER wait_for_test BEFORE UPDATE ON outbox_queue FOR EACH ROW WHEN (OLD.id = '${first}')
       EXECUTE FUNCTION wait_for_test()`,
    );
    try {
      const { events: claimed } = await overtaken(place.ownerUrl, {
        hold: 'SELECT pg_advisory_xact_lock(4711)',
        begin: () => backlog.claim(10),
        meanwhile: () => [
          `UPDATE outbox_queue SET claimed_until = clock_timestamp() + interval '5 seconds' WHERE id = $1`,
          [second],
        ],
      });

      expect(claimed.map(({ id }) => id)).toEqual([first]);
    } finally {
      await owner.query('DROP FUNCTION wait_for_test CASCADE');
      for (const way of ['hashjoin', 'mergejoin']) await owner.query(`ALTER DATABASE ${database} RESET enable_${way}`);
    }
  });

  it('carries again what a relay had claimed when it died', async () => {
    const merchantId = await aBook();
    await owner.query(
      `WITH added AS (
         INSERT INTO outbox VALUES ($1, $2, 'payout.requested', '{"payout_id": "p-1"}', now()) RETURNING merchant_id, id
       ) INSERT INTO outbox_queue SELECT *, now() + interval '1 second' FROM added`,
      [merchantId, nextId(Date.now())],
    );
    await aProcess({ worker: true, route: carriesRequests });
    await until('the event is published', () => allPublished(merchantId));
    expect(await jobs()).toHaveLength(1);
  });

  it('writes nothing to an event that it carries', async () => {
    const worker = await aProcess({ worker: true, route: carriesRequests });
    const merchantId = await aBook();
    const version = () => owner.query('SELECT xmin::text, ctid::text FROM outbox WHERE merchant_id = $1', [merchantId]);
    await owner.query('ALTER SCHEMA queue RENAME TO queue_away');
    let before: unknown[];
    try {
      await write(worker, merchantId, { type: 'payout.requested', payload: { payout_id: 'p-1' } });
      before = await version();
    } finally {
      await owner.query('ALTER SCHEMA queue_away RENAME TO queue');
    }

    await until('the event is published', () => allPublished(merchantId));

    expect(await jobs()).toHaveLength(1);
    expect(await version()).toEqual(before);
  });

  it('carries what the release before has left, but for what a relay of that one has in hand', async () => {
    const merchantId = await aBook();
    const ofReleaseBefore = (id: string, payoutId: string, claimedFor: string | null): Promise<unknown> =>
      owner.query(
        `INSERT INTO outbox VALUES ($1, $2, 'payout.requested', jsonb_build_object('payout_id', $3::text), now(),
           clock_timestamp() + $4::interval, NULL)`,
        [merchantId, id, payoutId, claimedFor],
      );
    await aProcess({ worker: true, route: carriesRequests });

    const [claimed, free, abandoned] = [nextId(Date.now()), nextId(Date.now() + 1), nextId(Date.now() + 2)];
    await ofReleaseBefore(claimed, 'claimed', '4 seconds');
    await ofReleaseBefore(free, 'free', null);
    await ofReleaseBefore(abandoned, 'abandoned', '-1 second');
    await until('all are published', () => allPublished(merchantId));

    expect((await jobs()).map(({ id }) => id)).toEqual(['abandoned', 'claimed', 'free']);
    const inHand = 'SELECT FROM outbox WHERE merchant_id = $1 AND published_at < claimed_until';
    expect(await owner.query(inHand, [merchantId])).toEqual([]);
  });

  it('keeps events while the queue is unreachable, and carries them when it is back', async () => {
    const worker = await aProcess({ worker: true, route: carriesRequests });
    const merchantId = await aBook();
    await owner.query('ALTER SCHEMA queue RENAME TO queue_away');
    try {
      const log = new RecordedAlarms();
      await write(worker, merchantId, { type: 'payout.requested', payload: { payout_id: 'p-1' } });
      // Its claim alone would be too early: it could still reach the queue.
      await until('the relay has tried in vain', () => log.errors('recurring work failed').length > 0);
    } finally {
      await owner.query('ALTER SCHEMA queue_away RENAME TO queue');
    }
    expect(await allPublished(merchantId)).toBe(false);
    expect(await jobs()).toEqual([]);

    await until('the event is published', () => allPublished(merchantId));
    expect(await jobs()).toHaveLength(1);
  });

  it('goes on with the other events when one cannot be read by its route', async () => {
    const worker = await aProcess({
      worker: true,
      route: (routes) =>
        routes.route('payout.requested', (event) => {
          if (event.payload.payout_id === 'odd') throw new Error('unreadable');
          return toPayouts(event);
        }),
    });
    const merchantId = await aBook();

    await write(
      worker,
      merchantId,
      { type: 'payout.requested', payload: { payout_id: 'odd' } },
      { type: 'payout.requested', payload: { payout_id: 'p-1' } },
    );
    await until('the readable one is published', async () => (await rows(merchantId))[1]!.published);

    expect(await jobs()).toHaveLength(1);
    expect((await rows(merchantId))[0]!.published).toBe(false);
  });

  it('goes on after the database was unreachable', async () => {
    const proxy = await PostgresProxy.to(place.appUrl);
    const api = await aProcess({ worker: false, route: carriesRequests });
    await aProcess({
      worker: true,
      url: proxy.url,
      route: (routes) => routes.route('payout.requested', toPayouts),
    });
    const merchantId = await aBook();
    try {
      proxy.refusing = true;
      proxy.cutAll();
      await write(api, merchantId, { type: 'payout.requested', payload: { payout_id: 'p-1' } });
      proxy.refusing = false;
      await until('the event is published', () => allPublished(merchantId));
      expect(await jobs()).toHaveLength(1);
    } finally {
      await processes.pop()!.close();
      await proxy.close();
    }
  });
});

describe('the signal between processes', () => {
  it('arrives, also after its connection was lost, and reports that something may have been missed', async () => {
    const proxy = await PostgresProxy.to(place.appUrl);
    const near = new Database(place.appUrl, 2);
    const far = new Database(proxy.url, 1);
    const sender = new OutboxSignal(near);
    const receiver = new OutboxSignal(far);
    let notified = 0;
    receiver.listen(() => notified++);
    try {
      await until('it listens', () => notified === 1);
      sender.notify([]);
      await until('a signal is heard', () => notified === 2);

      proxy.cutAll();
      await until('it listens again', () => notified === 3);
      sender.notify([]);
      await until('a signal is heard again', () => notified === 4);
    } finally {
      await receiver.stop();
      await far.close();
      await near.close();
      await proxy.close();
    }
  });

  it('is sent for what a queue waits for, and not for history', async () => {
    const database = new Database(place.appUrl, 1);
    const listener = await database.connect({ pipeline: false });
    let notifications = 0;
    listener.onNotification(() => notifications++);
    try {
      await listener.command('LISTEN bahi_outbox');
      const api = await aProcess({ worker: false, route: carriesRequests });
      const merchantId = await aBook();

      await write(api, merchantId, { type: 'payout.requested', payload: { payout_id: 'a' } });
      await until('it is heard', () => notifications === 1);
      await write(api, merchantId, { type: 'payout.cancelled', payload: {} });
      // A pending notification is sent on closing, and arrives with the next answer at the latest.
      await processes.pop()!.close();
      await listener.command('SELECT 1');

      expect(notifications).toBe(1);
    } finally {
      await listener.close();
      await database.close();
    }
  });

  it('is one at a time, however much is committed meanwhile', async () => {
    const database = new Database(place.appUrl, 2);
    let notified = 0;
    const receiver = new OutboxSignal(database);
    receiver.listen(() => notified++);
    try {
      await until('it listens', () => notified === 1);

      const sender = new OutboxSignal(database);
      for (let i = 0; i < 1_000; i++) sender.notify([]);
      await until('the last commit was signalled', () => notified >= 3);
      await database.query('SELECT 1');
      expect(notified).toBe(3);
    } finally {
      await receiver.stop();
      await database.close();
    }
  });
});

describe('the number of an event', () => {
  const shown = { id: nextId(0), view: { id: 'a' }, previousStatus: null };
  const happens = (process: INestApplicationContext, merchantId: string): Promise<void> =>
    write(process, merchantId, { type: 'payout.completed', payload: {}, shown });
  const sequences = async (merchantId: string): Promise<(string | null)[]> => {
    const sql = 'SELECT sequence FROM outbox WHERE merchant_id = $1 ORDER BY id';
    return (await owner.query<{ sequence: string | null }>(sql, [merchantId])).map(({ sequence }) => sequence);
  };

  it('follows the last one, across processes, and what is shown to nobody takes none', async () => {
    const [api, other] = [await aProcess({ worker: false }), await aProcess({ worker: false })];
    const merchantId = await aBook();

    await happens(api, merchantId);
    await write(other, merchantId, { type: 'payout.archived', payload: {} });
    await Promise.all(Array.from({ length: 20 }, (_, i) => happens(i % 2 === 0 ? api : other, merchantId)));

    const all = await sequences(merchantId);
    expect(all[1]).toBeNull();
    expect(all.filter((sequence) => sequence !== null)).toEqual(Array.from({ length: 21 }, (_, i) => `${i + 1}`));
  });

  it('is not taken by a decision that refuses, whatever stands beside it in its batch', async () => {
    const api = await aProcess({ worker: false });
    const merchantId = await aBook();
    const refused = (): Promise<unknown> =>
      api.get(Books).write(merchantId, {
        reads: [],
        decide: (book) => {
          announce(book, { type: 'payout.completed', payload: {}, shown });
          throw new Error('no');
        },
      });

    const all = [happens(api, merchantId), refused(), happens(api, merchantId), refused(), happens(api, merchantId)];

    expect((await Promise.allSettled(all)).map(({ status }) => status === 'fulfilled')).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
    expect(await sequences(merchantId)).toEqual(['1', '2', '3']);
  });

  it('goes on behind rows of a version that knew of none', async () => {
    const api = await aProcess({ worker: false });
    const merchantId = await aBook();
    await happens(api, merchantId);
    await owner.query(`INSERT INTO outbox VALUES ($1, $2, 'payout.completed', '{}', now(), NULL, now())`, [
      merchantId,
      nextId(Date.now() + 1_000),
    ]);

    await happens(api, merchantId);

    expect(await sequences(merchantId)).toEqual(['1', null, '2']);
  });

  it('goes on when all events have grown old, because the last one is kept', async () => {
    const api = await aProcess({ worker: false });
    const merchantId = await aBook();
    for (let i = 0; i < 3; i++) await happens(api, merchantId);
    // A month later.
    await mark(31);
    await owner.query(`UPDATE outbox SET published_at = now(), id = ('0180' || substr(id::text, 5))::uuid`);

    await api.get(OutboxPruning).prune();
    expect(await sequences(merchantId)).toEqual(['3']);
    await happens(api, merchantId);

    expect(await sequences(merchantId)).toEqual(['3', '4']);
  });

  it('goes on whatever deletes the events, also a version that keeps no last one', async () => {
    const api = await aProcess({ worker: false });
    const merchantId = await aBook();
    for (let i = 0; i < 3; i++) await happens(api, merchantId);
    await write(api, merchantId, { type: 'payout.archived', payload: {} });
    await owner.query('UPDATE outbox SET published_at = now()');
    const service = new Database(place.appUrl, 1);
    try {
      const sql = 'DELETE FROM outbox WHERE merchant_id = $1 AND published_at IS NOT NULL RETURNING sequence';
      const first = await service.query<{ sequence: string | null }>(sql, [merchantId]);
      expect(first.map(({ sequence }) => sequence).sort()).toEqual(['1', '2', null]);
      expect(await service.query(sql, [merchantId])).toEqual([]);
    } finally {
      await service.close();
    }

    await happens(api, merchantId);

    expect(await sequences(merchantId)).toEqual(['3', '4']);
  });
});

describe('published events', () => {
  it('are kept as long as the setting says', async () => {
    const api = await startPlatform(place.appUrl, { worker: false, environment: { EVENT_RETENTION_DAYS: '3' } });
    processes.push(api);
    const merchantId = await aBook();
    const old = (days: number): Promise<unknown> =>
      owner.query(`INSERT INTO outbox VALUES ($1, $2, 'payout.requested', '{}', now(), NULL, now())`, [
        merchantId,
        nextId(Date.now() - days * 86_400_000),
      ]);
    for (const days of [4, 2]) await old(days);
    await mark(4);

    await api.get(OutboxPruning).prune();

    expect(await rows(merchantId)).toHaveLength(1);
  });

  it('are deleted after thirty days, whatever the number of books; unpublished ones stay', async () => {
    // Without a relay, which would publish the events that are to stay unpublished.
    const api = await aProcess({ worker: false });
    const now = Date.now();
    const day = 86_400_000;
    const busy = await aBook();
    // More books than one statement looks at.
    await owner.query('INSERT INTO books (merchant_id) SELECT gen_random_uuid() FROM generate_series(1, 1100)');
    const insert = (merchantId: string, id: string, published: boolean): Promise<unknown> =>
      owner.query(
        `WITH added AS (INSERT INTO outbox VALUES ($1, $2, 'payout.requested', '{}', now()) RETURNING merchant_id, id)
         INSERT INTO outbox_queue SELECT * FROM added WHERE NOT $3`,
        [merchantId, id, published],
      );
    for (let i = 0; i < 1_200; i++) await insert(busy, nextId(now - 31 * day), true);
    await owner.query(
      `INSERT INTO outbox SELECT merchant_id, $1::uuid, 'payout.requested', '{}', now(), NULL, now() FROM books ON CONFLICT DO NOTHING`,
      [nextId(now - 31 * day)],
    );
    await mark(31);
    await insert(busy, nextId(now - 31 * day), false);
    const ofReleaseBefore = nextId(now - 31 * day + 1);
    await owner.query(`INSERT INTO outbox VALUES ($1, $2, 'payout.requested', '{}', now(), NULL, NULL)`, [
      busy,
      ofReleaseBefore,
    ]);
    await insert(busy, nextId(now - 29 * day), true);

    await api.get(OutboxPruning).prune();

    expect((await rows(busy)).map(({ published }) => published)).toEqual([false, false, true]);
    expect(await owner.query('SELECT FROM outbox')).toHaveLength(3);
  });

  it('are old only when the time that processes have lived says so as well as the clock', async () => {
    const api = await aProcess({ worker: false });
    const merchantId = await aBook();
    const insert = (days: number): Promise<unknown> =>
      owner.query(`INSERT INTO outbox VALUES ($1, $2, 'payout.requested', '{}', now(), NULL, now())`, [
        merchantId,
        nextId(Date.now() - days * 86_400_000),
      ]);
    const left = async (): Promise<number> => {
      await api.get(OutboxPruning).prune();
      return (await rows(merchantId)).length;
    };
    for (const days of [33, 31]) await insert(days);

    expect(await left()).toBe(2);
    await mark(29);
    expect(await left()).toBe(2);
    // The clock was days ahead when the mark was made, and was corrected afterwards.
    await mark(30.1, 20);
    await mark(29.9, 32);
    expect(await left()).toBe(1);
    await owner.query('TRUNCATE outbox_marks');
    await mark(30.1);
    expect(await left()).toBe(0);
  });
});

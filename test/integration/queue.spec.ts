import { Processor, WorkerHost } from '@nestjs/bullmq';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Job as BullJob } from 'bullmq';
import { Database } from '../../src/platform/database/connections/database.js';
import { type Job, JobQueues } from '../../src/platform/queue/job-queues.js';
import { startPlatform } from '../support/platform.js';
import { QUEUE_PLACES, type QueuePlace } from '../support/queue-places.js';
import { until } from '../support/wait-for.js';

const DAY_MS = 86_400_000;

let place: QueuePlace;
const processes: INestApplicationContext[] = [];

/** Where a test's jobs stop until they may go on. */
const gate = {
  closed: null as Promise<void> | null,
  open: (): void => undefined,
  close(): void {
    this.closed = new Promise((resolve) => {
      this.open = () => {
        this.closed = null;
        resolve();
      };
    });
  },
};

/** The jobs that the processors of all test processes were given, in the order in which they started. */
let begun: BullJob[] = [];
let ended: BullJob[] = [];

@Injectable()
@Processor('payouts')
class PayoutsOnTest extends WorkerHost {
  override async process(job: BullJob): Promise<void> {
    begun.push(job);
    await gate.closed;
    if (job.name === 'fail') throw new Error('as told');
    ended.push(job);
  }
}

@Module({ providers: [PayoutsOnTest] })
class JobsOnTest {}

async function aProcess({ worker = true, environment = place.environment } = {}): Promise<INestApplicationContext> {
  begun = [];
  ended = [];
  const process = await startPlatform(environment['DATABASE_URL']!, { worker, environment, imports: [JobsOnTest] });
  processes.push(process);
  return process;
}

const aJob = (id: string, change: Partial<Job> = {}): Job => ({
  queue: 'payouts',
  name: 'process',
  id,
  data: { payoutId: id },
  ...change,
});

const add = (process: INestApplicationContext, ...jobs: Job[]): Promise<void> => process.get(JobQueues).add(jobs);

const kept = (): Promise<string[]> => place.kept();

describe.each(Object.entries(QUEUE_PLACES))('in %s', (_name, open) => {
  beforeAll(async () => {
    place = await open();
  });

  afterEach(async () => {
    gate.open();
    for (const process of processes.splice(0)) await process.close();
    await place.empty();
  });

  afterAll(() => place.close());

  describe('a job', () => {
    it('reaches its processor with its data, once, and leaves nothing behind', async () => {
      const worker = await aProcess();
      await add(worker, aJob('p-1', { data: { payoutId: 'p-1', attempt: 2 } }));
      await until('it is done', async () => ended.length > 0 && (await kept()).length === 0);

      expect(begun.map(({ id, name, data }) => ({ id, name, data }))).toEqual([
        { id: 'p-1', name: 'process', data: { payoutId: 'p-1', attempt: 2 } },
      ]);
    });

    it('is one of many: each runs once, many at the same time', async () => {
      const worker = await aProcess();
      gate.close();
      await add(worker, ...Array.from({ length: 500 }, (_, i) => aJob(`p-${i}`)));
      await until('a good number runs', () => begun.length >= 128);
      expect(begun).toHaveLength(128);

      gate.open();
      await until('all are done', async () => (await kept()).length === 0);
      expect(new Set(ended.map(({ id }) => id)).size).toBe(500);
      expect(ended).toHaveLength(500);
    });

    it('that goes first is worked before everything that waits, and those that do in their own order', async () => {
      const api = await aProcess({ worker: false });
      await add(api, ...Array.from({ length: 300 }, (_, i) => aJob(`p-${i}`)));
      await add(api, ...Array.from({ length: 200 }, (_, i) => aJob(`inquiry-${i}`, { goesFirst: true })));
      gate.close();
      await aProcess();
      await until('a good number runs', () => begun.length >= 128);

      const first = Array.from({ length: 128 }, (_, i) => `inquiry-${i}`);
      expect(begun.map(({ id }) => id).toSorted()).toEqual(first.toSorted());
    });

    it('is left out while one with its id waits or runs, and welcome when that one has ended', async () => {
      const worker = await aProcess();
      gate.close();
      await add(worker, aJob('p-1'), aJob('p-1'));
      await until('it runs', () => begun.length === 1);
      await add(worker, aJob('p-1'));
      gate.open();
      await until('it is done', async () => (await kept()).length === 0);
      expect(begun).toHaveLength(1);

      await add(worker, aJob('p-1'));
      await until('it is done again', async () => ended.length === 2 && (await kept()).length === 0);
    });

    it('that fails is not repeated, and frees its id as well', async () => {
      const worker = await aProcess();
      await add(worker, aJob('p-1', { name: 'fail' }));
      await until('it has failed', async () => begun.length === 1 && (await kept()).length === 0);

      await add(worker, aJob('p-1'));
      await until('the next one is done', () => ended.length === 1);
      expect(begun).toHaveLength(2);
    });

    it('waits where no process is a worker', async () => {
      const api = await aProcess({ worker: false });
      await add(api, aJob('p-1'));
      expect(await kept()).toEqual(['p-1']);
      expect(() => api.get(PayoutsOnTest, { strict: false }).worker).toThrow('has not yet been initialized');

      await aProcess();
      await until('a worker has done it', () => ended.length === 1);
    });

    it('whose worker died is taken up by another', async () => {
      const api = await aProcess({ worker: false });
      await add(api, aJob('p-1'));
      await place.giveToDeadWorker('p-1');

      await aProcess();
      await until('the other worker has done it', () => ended.length === 1);
      await until('it has left', async () => (await kept()).length === 0);
    });

    it('whose worker died with a clock that ran ahead is taken up by another all the same', async () => {
      const api = await aProcess({ worker: false });
      await until('it is added', () =>
        add(api, aJob('p-1')).then(
          () => true,
          () => false,
        ),
      );
      await place.giveToDeadWorker('p-1', DAY_MS);

      await aProcess();
      // A lock of ten seconds from now on, and two checks, five seconds apart.
      await until('the other worker has done it', () => ended.length === 1);
      await until('it has left', async () => (await kept()).length === 0);
    });
  });

  describe('a worker', () => {
    it('ends when its jobs have ended, and takes no new ones meanwhile', async () => {
      const worker = await aProcess();
      const api = await aProcess({ worker: false });
      gate.close();
      await add(worker, aJob('p-1'));
      await until('it runs', () => begun.length === 1);

      let closed = false;
      processes.splice(processes.indexOf(worker), 1);
      const closing = worker.close().then(() => (closed = true));
      const { worker: bullWorker } = worker.get(PayoutsOnTest, { strict: false });
      await until('it is ending', () => bullWorker.closing !== undefined);
      await add(api, aJob('p-2'));
      expect(closed).toBe(false);

      gate.open();
      await closing;
      expect(ended.map(({ id }) => id)).toEqual(['p-1']);
      expect(await kept()).toEqual(['p-2']);
    });

    it('goes on by itself when the queue was unreachable, and finishes what it had begun', async () => {
      const proxy = await place.proxy();
      const worker = await aProcess({ environment: proxy.environment });
      const api = await aProcess({ worker: false });
      try {
        gate.close();
        await add(api, aJob('p-1'));
        await until('it runs', () => begun.length === 1);

        proxy.refusing = true;
        proxy.cutAll();
        gate.open();
        await until('it has come to its end', () => ended.length === 1);
        await add(api, aJob('p-2'));
        proxy.refusing = false;

        await until('the next one is done, and both have left', async () => (await kept()).length === 0);
        expect(ended.map(({ id }) => id)).toEqual(['p-1', 'p-2']);
      } finally {
        processes.splice(processes.indexOf(worker), 1);
        await worker.close();
        await proxy.close();
      }
    });

    it('ends in a moment, also while the queue is unreachable', async () => {
      const proxy = await place.proxy();
      const worker = await aProcess({ environment: proxy.environment });
      await add(worker, aJob('p-1'));
      await until('it is done', () => ended.length === 1);
      proxy.refusing = true;
      proxy.cutAll();

      const start = performance.now();
      processes.splice(processes.indexOf(worker), 1);
      await worker.close();
      await proxy.close();
      expect(performance.now() - start).toBeLessThan(5_000);
    });
  });

  describe('the queue', () => {
    it('asks for its jobs on few connections, and keeps few of BullMQ’s events, which nobody reads', async () => {
      const worker = await aProcess();
      for (let round = 0; round < 6; round++)
        await add(worker, ...Array.from({ length: 100 }, (_, i) => aJob(`p-${round}-${i}`)));
      await until('all are done', async () => ended.length === 600 && (await kept()).length === 0);

      expect(await place.connections()).toBeLessThanOrEqual(8);
      expect(await place.events()).toBeLessThan(2_000);
    });

    it('says how many jobs wait and run', async () => {
      const worker = await aProcess();
      gate.close();
      await add(worker, ...Array.from({ length: 200 }, (_, i) => aJob(`p-${i}`)));
      await until('a good number runs', () => begun.length >= 128);

      expect((await worker.get(JobQueues).depths()).payouts).toEqual({ waiting: 72, active: 128 });
    });

    it('refuses jobs after its end', async () => {
      const api = await aProcess({ worker: false });
      const queues = api.get(JobQueues);
      processes.pop();
      await api.close();
      await expect(queues.add([aJob('p-1')])).rejects.toThrow('before the queues do');
    });
  });
});

describe('in PostgreSQL, a worker', () => {
  let owner: Database;

  beforeAll(async () => {
    place = await QUEUE_PLACES.PostgreSQL();
    owner = new Database(place.environment['DATABASE_URL']!, 2);
  });

  afterEach(async () => {
    gate.open();
    for (const process of processes.splice(0)) await process.close();
    await place.empty();
  });

  afterAll(async () => {
    await owner.close();
    await place.close();
  });

  it('ends jobs that are done at the same time, and takes the next ones, in few commits, without events', async () => {
    const worker = await aProcess();
    gate.close();
    await add(worker, ...Array.from({ length: 256 }, (_, i) => aJob(`p-${i}`)));
    await until('a good number runs', () => begun.length === 128);
    gate.open();
    gate.close();
    await until('the next ones run', () => begun.length === 256);

    const [active] = await owner.query<{ jobs: number; commits: number }>(
      `SELECT count(*)::int AS jobs, count(DISTINCT xmin::text)::int AS commits FROM queue.job WHERE state = 'active'`,
    );
    expect(active!.jobs).toBe(128);
    expect(active!.commits).toBeLessThan(32);
    expect(await place.events()).toBe(0);
  });

  it('leaves a job alone that another one has taken over meanwhile, and goes on with the next', async () => {
    const worker = await aProcess();
    gate.close();
    await add(worker, aJob('p-1'));
    await until('it runs', () => begun.length === 1);
    await owner.query(`UPDATE queue.job SET lock_token = 'another’s' WHERE id = 'p-1'`);
    gate.open();
    await add(worker, aJob('p-2'));
    await until('the next one is done', () => ended.length === 2);
    await until('it has left', async () => (await kept()).join() === 'p-1');
  });

  it('takes nothing from a queue that is paused', async () => {
    await owner.query(`INSERT INTO queue.meta (queue, field, value) VALUES ('payouts', 'paused', '1')`);
    await add(await aProcess({ worker: false }), aJob('p-1'));
    await aProcess();
    const asks = (): Promise<unknown[]> =>
      owner.query(`SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'bahi-queue' AND state = 'active'
          AND query LIKE '%WITH ended AS%'`);
    await owner.transaction(async (blocker) => {
      await blocker.query('LOCK TABLE queue.meta IN ACCESS EXCLUSIVE MODE');
      await until('it asks for jobs', async () => (await asks()).length > 0);
    });
    await until('it has been answered', async () => (await asks()).length === 0);
    expect(await owner.query(`SELECT state FROM queue.job WHERE id = 'p-1'`)).toEqual([{ state: 'waiting' }]);

    await owner.query(`DELETE FROM queue.meta WHERE field = 'paused'`);
    await until('it is done', () => ended.length === 1);
  });
});

describe('in PostgreSQL, a worker whose clock is a minute behind the database’s', () => {
  const realNow = Date.now;

  beforeAll(async () => {
    place = await QUEUE_PLACES.PostgreSQL();
  });

  afterEach(async () => {
    Date.now = realNow;
    gate.open();
    for (const process of processes.splice(0)) await process.close();
  });

  afterAll(() => place.close());

  it('is not held to be dead: its jobs run once, the first as those that follow it, and stay locked when renewed', async () => {
    Date.now = () => realNow() - 60_000;
    const worker = await aProcess();
    await add(worker, aJob('p-0'));
    await until('it works', () => ended.length === 1);
    const owner = new Database(place.environment['DATABASE_URL']!, 2);
    const reclaimed = async (): Promise<string[]> => {
      const looked: string[] = [];
      // Marked by the first check, reclaimed by the second.
      for (let i = 0; i < 2; i++)
        looked.push(
          ...(
            await owner.query<{ id: string }>(
              `SELECT id FROM queue.move_stalled_jobs_to_wait('payouts', 1,
                 (extract(epoch FROM clock_timestamp()) * 1000)::bigint, 0) AS moved(id)`,
            )
          ).map(({ id }) => id),
        );
      return looked;
    };
    const lockedUntil = async (): Promise<number> => {
      const [row] = await owner.query<{ at: string }>('SELECT max(locked_until_ms) AS at FROM queue.job');
      return Number(row!.at);
    };
    try {
      gate.close();
      await add(worker, aJob('p-1'), aJob('p-2'));
      await until('both are at work', () => begun.length === 3);
      expect(await reclaimed()).toEqual([]);
      const first = await lockedUntil();
      expect(first).toBeGreaterThan(realNow());
      // Not a minute longer than a lock lasts: if the worker were dead, others would wait that long.
      expect(first).toBeLessThan(realNow() + 15_000);
      await until('the locks were renewed', async () => (await lockedUntil()) > first);
      expect(await reclaimed()).toEqual([]);
      gate.open();
      await until('they are done', () => ended.length === 3);
      expect(begun).toHaveLength(3);
    } finally {
      await owner.close();
    }
  });
});

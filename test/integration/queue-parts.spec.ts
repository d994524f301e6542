import { Processor, WorkerHost } from '@nestjs/bullmq';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Job as BullJob } from 'bullmq';
import { Redis } from 'ioredis';
import { type Job, JobQueues } from '../../src/platform/queue/job-queues.js';
import { QueueBackend } from '../../src/platform/queue/queue-backend.js';
import { workersOf } from '../../src/platform/queue/queue-worker.js';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres-server.js';
import { startPlatform } from '../support/platform.js';
import { redisEnvironment } from '../support/redis-server.js';
import { until } from '../support/wait-for.js';

const MERCHANTS = 40;

let database: TestDatabase;
let settings: ReturnType<typeof redisEnvironment>;
let cli: Redis;
const processes: INestApplicationContext[] = [];
/** Jobs as `merchant-n number`, in the order in which they started. */
let begun: string[] = [];
let gate: Promise<void> | null = null;

@Injectable()
@Processor('payouts')
class PayoutsOnTest extends WorkerHost {
  override async process({ data }: BullJob<{ merchantId: string; number: number }>): Promise<void> {
    begun.push(`${data.merchantId} ${data.number}`);
    await gate;
  }
}

@Module({ providers: [PayoutsOnTest] })
class JobsOnTest {}

beforeAll(async () => {
  database = await createMigratedDatabase();
});

beforeEach(() => {
  settings = redisEnvironment();
  cli = new Redis(settings.REDIS_URL);
  begun = [];
  gate = null;
});

afterEach(async () => {
  for (const process of processes.splice(0)) await process.close();
  cli.disconnect();
});

afterAll(() => database.drop());

async function aProcess(parts: number, worker: boolean): Promise<JobQueues> {
  const environment = { ...settings, QUEUE_PARTS: `${parts}` };
  const process = await startPlatform(database.appUrl, { worker, environment, imports: [JobsOnTest] });
  processes.push(process);
  return process.get(JobQueues);
}

/** This many jobs of each merchant, numbered. */
const jobs = (each: number, from = 0): Job[] =>
  Array.from({ length: each * MERCHANTS }, (_, n) => {
    const [merchantId, number] = [`merchant-${n % MERCHANTS}`, from + Math.floor(n / MERCHANTS)];
    return { queue: 'payouts', name: 'process', id: `${merchantId}-${number}`, data: { merchantId, number } };
  });

/** How many jobs wait in each part that has any. */
async function waitingByPart(): Promise<Record<string, number>> {
  const lists = await cli.keys(`{${settings.REDIS_KEY_PREFIX}*:payouts:wait`);
  const counts = await Promise.all(lists.map(async (list) => [list, await cli.llen(list)] as const));
  return Object.fromEntries(counts);
}

const all = (each: number): string[] => jobs(each).map(({ data }) => `${data['merchantId']} ${data['number']}`);

describe('a queue in parts', () => {
  it('has all jobs of a merchant in one part, each part under a hash tag of its own, and counts as one', async () => {
    const queues = await aProcess(4, false);
    await queues.add(jobs(5));
    const byPart = await waitingByPart();
    expect(Object.keys(byPart).map((key) => /\{(.*?)\}/.exec(key)?.[1])).toHaveLength(4);
    expect(new Set(Object.keys(byPart).map((key) => /\{(.*?)\}/.exec(key)?.[1])).size).toBe(4);
    for (const waiting of Object.values(byPart)) expect(waiting % 5).toBe(0);
    expect(await queues.depths()).toMatchObject({ payouts: { waiting: 5 * MERCHANTS, active: 0 } });

    // Added again while they wait: they are recognised by their ids.
    await queues.add(jobs(5));
    expect(await queues.depths()).toMatchObject({ payouts: { waiting: 5 * MERCHANTS } });
  });

  it('is worked off in all of them, each merchant’s jobs in their order', async () => {
    const queues = await aProcess(4, true);
    await queues.add(jobs(5));
    await until('all have begun', () => begun.length >= 5 * MERCHANTS);
    expect(begun.toSorted()).toEqual(all(5).toSorted());
    for (let n = 0; n < MERCHANTS; n++)
      expect(begun.filter((job) => job.startsWith(`merchant-${n} `))).toEqual(
        [0, 1, 2, 3, 4].map((number) => `merchant-${n} ${number}`),
      );
  });
});

describe('a queue that is in fewer parts than it was', () => {
  it('counts what is in the parts that get no more, and works it off, while new jobs go to those that are left', async () => {
    await (await aProcess(6, false)).add(jobs(3));
    const queues = await aProcess(2, false);
    expect(await queues.depths()).toMatchObject({ payouts: { waiting: 3 * MERCHANTS } });
    await queues.add(jobs(2, 3));

    await aProcess(2, true);
    await until('all have begun', () => begun.length >= 5 * MERCHANTS);
    expect(begun.toSorted()).toEqual(all(5).toSorted());
    await until('nothing is left', async () => Object.keys(await waitingByPart()).length === 0);
    await until('no more is counted', async () => (await queues.depths()).payouts.waiting === 0);
  });

  it('is served by as many workers as before when the parts are empty', async () => {
    await (await aProcess(3, false)).add(jobs(1));
    let open = (): void => undefined;
    gate = new Promise((resolve) => (open = resolve));
    await aProcess(1, true);
    /** Each worker waits on a connection that is named after its part. */
    const workers = async (): Promise<number> =>
      String(await cli.client('LIST'))
        .split('\n')
        .filter((client) => client.includes(`name={${settings.REDIS_KEY_PREFIX}`)).length;
    await until('three are at it', async () => (await workers()) === 3);
    open();
    await until('one is left', async () => (await workers()) === 1);
    expect(begun.toSorted()).toEqual(all(1).toSorted());
  });
});

describe('a queue that is in more parts than it was', () => {
  it('loses nothing of what was there', async () => {
    await (await aProcess(1, false)).add(jobs(2));
    const queues = await aProcess(5, true);
    await queues.add(jobs(3, 2));
    await until('all have begun', () => begun.length >= 5 * MERCHANTS);
    expect(begun.toSorted()).toEqual(all(5).toSorted());
  });
});

describe('a worker that takes no jobs although some wait', () => {
  it('is replaced', async () => {
    const queues = await aProcess(2, true);
    const [stuck, other] = workersOf(processes[0]!.get(QueueBackend));
    // As if it waited for ever for a connection.
    await stuck!.pause(true);
    await queues.add(jobs(1));
    await until('all have begun', () => begun.length === MERCHANTS);
    expect(begun.toSorted()).toEqual(all(1).toSorted());
    await until('there is one for each part', () => workersOf(processes[0]!.get(QueueBackend)).length === 2);
    expect(workersOf(processes[0]!.get(QueueBackend))).toEqual([other, expect.not.objectContaining({ id: stuck!.id })]);
  });
});

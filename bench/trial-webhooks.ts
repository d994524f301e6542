import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { Waits } from './chaos-waits.js';
import { makeMerchants, payoutOf } from './merchants.js';
import { PatientClient } from './patient-client.js';
import { endAll, ServiceProcess } from './processes.js';
import { findRedis, startRedis, type TemporaryRedis } from './temporary-redis.js';
import { type Place, TemporaryServer } from './temporary-server.js';
import { addEndpoint, type Customer, kindOf, SETTINGS } from './trial-customers.js';
import { committed, CpuTimes, firstAttempts } from './trial-figures.js';
import { nothingInside } from './trial-inside.js';
import { TrialReceivers } from './trial-receivers.js';

/** A run ends within this time on any machine. */
const RUN_MS = 15 * 60_000;
const STARTING_MS = 120_000;

/** When each step happens, as a share of the events that were requested. */
const MENDED_AT = 0.3;
const KILLED_AT = 0.4;
const ROTATED_AT = 0.5;
const EMPTIED_AT = 0.6;

/** The most workers that are killed until one of them was sending something. */
const MOST_KILLS = 5;

/** By then, everything that was signed before a secret was replaced has arrived. */
const ON_ITS_WAY_MS = 12_000;

/** How long the old secret signs as well as the new one: longer than the receiver needs to change. */
const KEEP_OLD_SECONDS = 3_600;

const { values: options } = parseArgs({
  options: {
    deliveries: { type: 'string', default: '10000' },
    'per-second': { type: 'string', default: '100' },
    merchants: { type: 'string', default: '50' },
    /** A machine that is busy with something else is not measured. */
    'no-figures': { type: 'boolean', default: false },
  },
});
const DELIVERIES = Number(options.deliveries);
const PER_SECOND = Number(options['per-second']);
const MERCHANTS = Number(options.merchants);

const began = Date.now();
const print = (line: string): void => console.log(`${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`);
const waits = new Waits(began + RUN_MS, print);

class Trial {
  private readonly wrongs: string[] = [];
  private asked = 0;

  constructor(
    private readonly place: Place,
    private readonly client: PatientClient,
    private readonly customers: readonly Customer[],
    private readonly receivers: TrialReceivers,
    private readonly redis: Redis | null,
    private readonly api: ServiceProcess,
    private readonly workers: ServiceProcess[],
    private readonly startWorker: () => Promise<ServiceProcess>,
  ) {}

  async askForAll(): Promise<void> {
    const times = await CpuTimes.of(this.place, {
      ...{ api: this.api.pid, 'the worker that lives': this.workers.at(-1)!.pid, 'this trial': process.pid },
    });
    const asking: Promise<unknown>[] = [];
    const steps: [number, () => Promise<void>][] = [
      [MENDED_AT, () => this.mend()],
      [KILLED_AT, () => this.killWorker()],
      [ROTATED_AT, () => this.rotate()],
      [EMPTIED_AT, () => this.emptyRedis()],
    ];
    const since = Date.now();
    const running: Promise<void>[] = [];
    while (asking.length < DELIVERIES) {
      await pause(Math.max(0, since + (asking.length / PER_SECOND) * 1000 - Date.now()));
      const { merchant } = this.customers[asking.length % this.customers.length]!;
      const { path, body } = payoutOf(merchant);
      const request = JSON.parse(body!) as object;
      const api = path.replace('/api/v1', '');
      asking.push(this.client.order(merchant, api, request, `trial-${asking.length}`).then(() => this.asked++));
      while (steps.length > 0 && asking.length >= steps[0]![0] * DELIVERIES) running.push(steps.shift()![1]());
      if (asking.length % (PER_SECOND * 10) === 0) print(`${asking.length} of ${DELIVERIES} payouts asked for`);
    }
    await waits.within('the last answers', Promise.all(asking), 300_000, async () => `${this.asked} answered`);
    await waits.within('what happens meanwhile', Promise.all(running), 120_000);
    const seconds = (Date.now() - since) / 1_000;
    print(`${DELIVERIES} payouts in ${seconds.toFixed(0)} s: ${(DELIVERIES / seconds).toFixed(0)}/s`);
    print(await times.line());
  }

  private async mend(): Promise<void> {
    this.receivers.areMended = true;
    print('what answered 500 works');
  }

  /** Kills a worker in the middle of sending with SIGKILL; if it was sending nothing, kills the next one. */
  private async killWorker(): Promise<void> {
    const sending = async (): Promise<string | null> => (this.receivers.held > 0 ? null : 'it is sent nothing');
    for (let kills = 0; this.receivers.cutOff === 0; kills++) {
      if (kills === MOST_KILLS) {
        this.wrongs.push(`${kills} workers were killed, and none was sending anything`);
        return;
      }
      await waits.surely('a message that a slow receiver has not answered yet', sending, 60_000);
      await this.workers.shift()!.kill();
      print('a worker is killed');
      this.workers.push(await this.startWorker());
    }
  }

  /** Every other receiver changes to the new secret, the others continue with the old one. */
  private async rotate(): Promise<void> {
    for (const [i, { merchant, receiver, endpointId }] of this.customers.entries()) {
      const path = `/webhook-endpoints/${endpointId}/rotate-secret`;
      const body = { keep_old_seconds: KEEP_OLD_SECONDS };
      const { answer } = await this.client.request('POST', path, merchant.apiKey, body);
      if (i % 2 === 0) receiver.secrets.push(answer['secret'] as string);
    }
    print('all secrets are replaced');
    await pause(ON_ITS_WAY_MS);
    for (const { secrets } of this.receivers.all) if (secrets.length > 1) secrets.shift();
  }

  private async emptyRedis(): Promise<void> {
    if (this.redis === null) return;
    await this.redis.flushall();
    print('Redis is emptied');
  }

  /** Waits until every living receiver has every event. */
  async allDelivered(): Promise<void> {
    const missing = async (): Promise<string | null> => {
      const lack = this.customers.map((customer) => this.lackOf(customer)).reduce((sum, count) => sum + count, 0);
      return lack === 0 ? null : `${lack} events`;
    };
    await waits.surely('the last deliveries', missing, 600_000);
    if (this.receivers.cutOff === 0) return;
    const repeated = async (): Promise<string | null> => (this.repeats > 0 ? null : 'nothing was');
    await waits.surely('what the killed worker was sending to be repeated', repeated, 120_000);
  }

  /** Repeated events to slow receivers; some were being sent when the worker was killed. */
  private get repeats(): number {
    return this.receivers.of('slow').reduce((sum, { repeats }) => sum + repeats, 0);
  }

  private lackOf({ receiver }: Customer): number {
    if (receiver.kind === 'dead') return 0;
    const expected = Math.floor(DELIVERIES / this.customers.length);
    return expected - [...receiver.seen.values()].filter(({ isTaken }) => isTaken).length;
  }

  /** @returns what is wrong */
  async compare(): Promise<string[]> {
    const commits = await committed(this.place, this.customers);
    for (const { receiver, merchant } of this.customers) {
      const name = `${receiver.kind} ${receiver.url}`;
      if (receiver.changed > 0) this.wrongs.push(`${name}: ${receiver.changed} messages with other bytes than before`);
      if (receiver.unverified > 0) this.wrongs.push(`${name}: ${receiver.unverified} messages that nobody has signed`);
      if (receiver.kind === 'dead') continue;
      const lost = [...commits.get(merchant.id)!.keys()].filter((id) => receiver.seen.get(id)?.isTaken !== true);
      if (lost.length > 0) this.wrongs.push(`${name}: ${lost.length} events never came`);
    }
    print(`${this.repeats} events came to slow receivers again, under the same ids`);
    const { lines, wrongs } = firstAttempts(this.customers, commits);
    lines.forEach(print);
    return [...this.wrongs, ...(options['no-figures'] ? [] : wrongs)];
  }
}

async function run(place: Place, redisServer: TemporaryRedis | null): Promise<string[]> {
  const redisUrl = redisServer?.url;
  const environment = { ...place.environment, ...SETTINGS, ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }) };
  const startWorker = (): Promise<ServiceProcess> => ServiceProcess.start('worker', environment);
  const redis = redisUrl === undefined ? null : new Redis(redisUrl);
  const receivers = await TrialReceivers.listen();
  try {
    const merchants = await waits.within('the merchants', makeMerchants(place, MERCHANTS), STARTING_MS);
    const starting = Promise.all([ServiceProcess.start('api', environment), startWorker(), startWorker()]);
    const [api, ...workers] = await waits.within('the processes', starting, STARTING_MS);
    const client = new PatientClient(api.port);
    const customers: Customer[] = [];
    for (const [i, merchant] of merchants.entries()) {
      const receiver = receivers.add(kindOf(i, merchants.length));
      const { id, secret } = await addEndpoint(client, merchant, receiver.url);
      receiver.secrets = [secret];
      customers.push({ merchant, receiver, endpointId: id });
    }
    const trial = new Trial(place, client, customers, receivers, redis, api, workers, startWorker);
    await trial.askForAll();
    await trial.allDelivered();
    return await trial.compare();
  } finally {
    redis?.disconnect();
    await receivers.close();
  }
}

async function main(): Promise<number> {
  print(`${DELIVERIES} deliveries at ${PER_SECOND}/s to ${MERCHANTS} endpoints; two workers`);
  const server = await waits.within('PostgreSQL', TemporaryServer.start(), STARTING_MS);
  const program = findRedis();
  if (program === null)
    print('without redis-server (Debian: apt install redis) there is no Redis that could be emptied');
  const redis = program === null ? null : await startRedis(program);
  try {
    const load = loadavg()[0]!;
    const wrongs = await run(await server.createPlace('trial'), redis);
    wrongs.push(...(await nothingInside(await server.createPlace('inside'), waits, print)));
    for (const wrong of wrongs) console.error(wrong);
    const seconds = ((Date.now() - began) / 1000).toFixed(0);
    const loads = `load of the machine ${load.toFixed(1)} before, ${loadavg()[0]!.toFixed(1)} after`;
    console.log(`${DELIVERIES} deliveries: ${wrongs.length} wrongs; ${waits.summary}; ${seconds} s; ${loads}`);
    return wrongs.length === 0 ? 0 : 1;
  } finally {
    await endAll();
    await redis?.stop();
    await server.stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`make trial-webhooks failed: ${error instanceof Error ? error.message : String(error)}`);
    if (waits.summary !== '') console.error(`waited ${waits.summary}`);
    process.exit(1);
  },
);

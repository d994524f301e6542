import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { Waits } from './chaos-waits.js';
import { EVIL_HOSTS } from './evil-hosts.js';
import { type BenchMerchant, makeMerchants, payoutOf } from './merchants.js';
import { PatientClient } from './patient-client.js';
import { endAll, RATE_LIMITS_LIFTED, ServiceProcess } from './processes.js';
import { findRedis, startRedis, type TemporaryRedis } from './temporary-redis.js';
import { type Place, TemporaryServer } from './temporary-server.js';
import { KINDS, type Kind, type TrialReceiver, TrialReceivers } from './trial-receivers.js';

/** A run ends by then, on whatever machine. */
const RUN_MS = 15 * 60_000;
const STARTING_MS = 120_000;

/** Of the merchants: a fifth has slow receivers, a tenth dead ones, a tenth those that fail at first. */
const SHARES: Readonly<Record<Exclude<Kind, 'well'>, number>> = { slow: 0.2, dead: 0.1, failing: 0.1 };

/** When it happens, as a share of the events that were asked for. */
const MENDED_AT = 0.3;
const KILLED_AT = 0.4;
const ROTATED_AT = 0.5;
const EMPTIED_AT = 0.6;

/** From commit to first attempt, of 95 in 100. */
const PROMISED_MS = 1_000;

/** What was signed before a secret was replaced has come by then. */
const ON_ITS_WAY_MS = 12_000;

/** How long the secret before signs beside the new one: longer than the receiver needs to change. */
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

/** Retries come within minutes, in place of days: 5 ms, 0.3 s, 1.8 s … 86 s. */
const SETTINGS = {
  ...RATE_LIMITS_LIFTED,
  GATEWAYS: 'always-succeeds',
  WEBHOOK_ALLOW_LOOPBACK: '1',
  WEBHOOK_RETRY_SCALE: '0.001',
  DATA_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
};

interface Customer {
  readonly merchant: BenchMerchant;
  readonly receiver: TrialReceiver;
  readonly endpointId: string;
}

class Trial {
  private readonly wrongs: string[] = [];
  private asked = 0;

  constructor(
    private readonly place: Place,
    private readonly client: PatientClient,
    private readonly customers: readonly Customer[],
    private readonly receivers: TrialReceivers,
    private readonly redis: Redis | null,
    private readonly workers: ServiceProcess[],
    private readonly startWorker: () => Promise<ServiceProcess>,
  ) {}

  async askForAll(): Promise<void> {
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
  }

  private async mend(): Promise<void> {
    this.receivers.areMended = true;
    print('what answered 500 works');
  }

  /** SIGKILL, with whatever it is sending. */
  private async killWorker(): Promise<void> {
    await this.workers.shift()!.kill();
    print('a worker is killed');
    this.workers.push(await this.startWorker());
  }

  /** Every other receiver changes to the new secret, the others go on with the one before. */
  private async rotate(): Promise<void> {
    for (const [i, { merchant, receiver, endpointId }] of this.customers.entries()) {
      const path = `/webhook-endpoints/${endpointId}/rotate-secret`;
      const body = { keep_old_seconds: KEEP_OLD_SECONDS };
      const { said } = await this.client.request('POST', path, merchant.apiKey, body);
      if (i % 2 === 0) receiver.secrets.push(said['secret'] as string);
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

  /** Every receiver that lives has every event. */
  async allDelivered(): Promise<void> {
    const missing = async (): Promise<string | null> => {
      const lack = this.customers.map((customer) => this.lackOf(customer)).reduce((sum, count) => sum + count, 0);
      return lack === 0 ? null : `${lack} events`;
    };
    await waits.surely('the last deliveries', missing, 600_000);
    const repeated = async (): Promise<string | null> => (this.repeats > 0 ? null : 'nothing was');
    await waits.surely('what the killed worker was sending to be repeated', repeated, 120_000);
  }

  /** Of events to slow receivers, of which some were on their way when the worker was killed. */
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
    const committed = await this.committed();
    for (const { receiver, merchant } of this.customers) {
      const name = `${receiver.kind} ${receiver.url}`;
      if (receiver.changed > 0) this.wrongs.push(`${name}: ${receiver.changed} messages with other bytes than before`);
      if (receiver.unverified > 0) this.wrongs.push(`${name}: ${receiver.unverified} messages that nobody has signed`);
      if (receiver.kind === 'dead') continue;
      const lost = [...committed.get(merchant.id)!.keys()].filter((id) => receiver.seen.get(id)?.isTaken !== true);
      if (lost.length > 0) this.wrongs.push(`${name}: ${lost.length} events never came`);
    }
    print(`${this.repeats} events came to slow receivers again, under the same ids`);
    this.measure(committed);
    return this.wrongs;
  }

  private measure(committed: ReadonlyMap<string, ReadonlyMap<string, number>>): void {
    for (const kind of KINDS) {
      if (kind === 'dead') continue;
      const waited = this.customers
        .filter(({ receiver }) => receiver.kind === kind)
        .flatMap(({ receiver, merchant }) =>
          [...receiver.seen].map(([id, { firstAt }]) => firstAt - committed.get(merchant.id)!.get(id)!),
        )
        .sort((a, b) => a - b);
      const at = (share: number): number => waited[Math.min(waited.length - 1, Math.floor(share * waited.length))]!;
      const shown = [0.5, 0.95, 0.99, 1].map((share) => `${at(share).toFixed(0)} ms`);
      print(
        `${kind}: from commit to first attempt p50 ${shown[0]}, p95 ${shown[1]}, p99 ${shown[2]}, most ${shown[3]}`,
      );
      if (kind === 'well' && at(0.95) >= PROMISED_MS && !options['no-figures'])
        this.wrongs.push(`of 95 in 100 the first attempt came within ${at(0.95).toFixed(0)} ms, not ${PROMISED_MS}`);
    }
  }

  /** When each event was committed, by merchant and id: on this machine's clock, which is the server's too. */
  private async committed(): Promise<Map<string, Map<string, number>>> {
    const rows = await this.place.superuser.query<{ merchant_id: string; id: string; at: Date }>(
      `SELECT merchant_id, id, created_at AS at FROM outbox WHERE type = 'payout.requested'`,
    );
    const found = new Map<string, Map<string, number>>(this.customers.map(({ merchant }) => [merchant.id, new Map()]));
    for (const { merchant_id, id, at } of rows) found.get(merchant_id)!.set(id, at.getTime());
    return found;
  }
}

function kindOf(index: number): Kind {
  const [slow, dead, failing] = [SHARES.slow, SHARES.dead, SHARES.failing].map((share) => Math.ceil(share * MERCHANTS));
  if (index < slow!) return 'slow';
  if (index < slow! + dead!) return 'dead';
  return index < slow! + dead! + failing! ? 'failing' : 'well';
}

async function addEndpoint(client: PatientClient, { apiKey }: BenchMerchant, url: string) {
  const body = { url, event_types: ['payout.requested'] };
  const { status, said } = await client.request('POST', '/webhook-endpoints', apiKey, body);
  if (status !== 201) throw new Error(`an endpoint was refused: ${JSON.stringify(said)}`);
  return { id: said['id'] as string, secret: said['secret'] as string };
}

/** Endpoints that lead inside, entered past the check: nothing is connected to. @returns what is wrong */
async function nothingInside(place: Place): Promise<string[]> {
  let connections = 0;
  const canary = createServer((socket: Socket) => {
    connections++;
    socket.destroy();
  });
  // On all addresses of this machine, of both versions.
  canary.listen(0);
  await once(canary, 'listening');
  const { port } = canary.address() as AddressInfo;
  const api = await ServiceProcess.start('api', { ...place.environment, ...SETTINGS });
  const client = new PatientClient(api.port);
  const perMerchant = 16;
  const merchants = await makeMerchants(place, Math.ceil(EVIL_HOSTS.length / perMerchant));
  for (const [i, host] of EVIL_HOSTS.entries()) {
    const merchant = merchants[Math.floor(i / perMerchant)]!;
    const { id } = await addEndpoint(client, merchant, `http://127.0.0.1:${port}/`);
    const values = [id, `https://${host}:${port}/`];
    await place.superuser.query('UPDATE webhook_endpoints SET url = $2 WHERE id = $1', values);
  }
  const worker = await ServiceProcess.start('worker', {
    ...{ ...place.environment, ...SETTINGS, WEBHOOK_ALLOW_LOOPBACK: '0' },
  });
  for (const [i, merchant] of merchants.entries()) {
    const { body } = payoutOf(merchant);
    await client.order(merchant, '/payouts', JSON.parse(body!) as object, `evil-${i}`);
  }
  const refused = async (): Promise<string | null> => {
    const [row] = await place.superuser.query<{ count: number }>(
      `SELECT count(DISTINCT endpoint_id)::integer AS count FROM webhook_attempts
       WHERE failure = 'The url must lead to a public address.' AND NOT is_delivered`,
    );
    return row!.count === EVIL_HOSTS.length ? null : `${EVIL_HOSTS.length - row!.count} of ${EVIL_HOSTS.length}`;
  };
  await waits.surely('addresses that lead inside to be refused', refused, 120_000);
  await Promise.all([worker.stop(), api.stop()]);
  canary.close();
  print(`${EVIL_HOSTS.length} addresses that lead inside: ${connections} connections`);
  return connections === 0 ? [] : [`${connections} connections were made to addresses that lead inside`];
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
      const receiver = receivers.add(kindOf(i));
      const { id, secret } = await addEndpoint(client, merchant, receiver.url);
      receiver.secrets = [secret];
      customers.push({ merchant, receiver, endpointId: id });
    }
    const trial = new Trial(place, client, customers, receivers, redis, workers, startWorker);
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
    wrongs.push(...(await nothingInside(await server.createPlace('inside'))));
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

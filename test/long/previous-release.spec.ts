import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Bahi, environmentOn } from '../support/bahi.js';
import { Client } from '../support/client.js';
import { createDatabase, type TestDatabase } from '../support/postgres-server.js';
import { buildRelease, previousReleaseTag, type Release } from '../support/previous-release.js';
import { redisEnvironment } from '../support/redis-server.js';
import { runMain, ServiceProcess } from '../support/service-process.js';
import { until } from '../support/wait-for.js';

const tag = previousReleaseTag();
if (tag === null) process.stderr.write('The release before is not tried: none has a tag v<version> yet.\n');

/** The bank answers after five seconds: long enough to be killed in the meantime. */
const SLOWLY = '0005';
const LATER = '0006';

let release: Release;
let place: TestDatabase;
let environment: Readonly<Record<string, string>>;

/** A merchant made by the older release, as its operator sees it. */
let merchant: { readonly id: string };
let operatorKey: string;
/** The ids of bank accounts by their last four digits. */
const accounts = new Map<string, string>();

const older = (...args: string[]) => runMain('cli', args, environment, release.programs);

async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await older(...args);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return stdout.trim();
}

/** One flow of each kind through this service, each under its own key. */
class Flows {
  readonly answered: { path: string; body: object; key: string; text: string }[] = [];

  constructor(
    private readonly api: Client,
    private readonly name: string,
  ) {}

  async all(): Promise<void> {
    const payout = await this.payout('0001');
    await this.until(payout, 'completed');
    const payment = await this.post('/payments', { amount: 12_001, currency: 'USD', purpose_code: 'P0802' });
    await this.until(payment, 'succeeded');
    await this.refund(payment);
    await this.callback();
    await this.lists(payout, payment);
  }

  private async refund(payment: string): Promise<void> {
    const id = (await this.post(`${payment}/refund`, { amount: 2_001 })).split('/').at(-1)!;
    await this.until(`/refunds/${id}`, 'succeeded');
  }

  payout(ending: string, nth = 0): Promise<string> {
    return this.post('/payouts', { amount_paise: 50_000, bank_account_id: accounts.get(ending)! }, nth);
  }

  /** @returns its path */
  private async post(path: string, body: object, nth = 0): Promise<string> {
    const key = `${this.name} ${JSON.stringify(body)} ${nth}`.replaceAll(/[^ -~]|"/g, '');
    const { status, text, body: made } = await this.api.post(path, body, { key, merchant });
    expect([path, status]).toEqual([path, 201]);
    this.answered.push({ path, body, key, text });
    return `${path}/${made.id}`;
  }

  async until(path: string, status: string): Promise<void> {
    const has = async (): Promise<boolean> => (await this.api.get(path, { merchant })).body.status === status;
    await until(`${path} is ${status} (${this.name})`, has);
  }

  private async callback(): Promise<void> {
    const payout = await this.payout(LATER);
    const id = payout.split('/').at(-1)!;
    await until(`${payout} is at the bank`, async () => {
      const { code } = await older('simulate-callback', '--payout', id, '--event', 'succeeded', '--url', this.api.url);
      return code === 0;
    });
    await this.until(payout, 'completed');
  }

  private async lists(payout: string, payment: string): Promise<void> {
    for (const [list, path] of [
      ['/payouts?limit=100', payout],
      ['/payments?limit=100', payment],
    ] as const) {
      const { status, body } = await this.api.get(list, { merchant });
      const ids = (body.results as { id: string }[]).map(({ id }) => id);
      expect([status, ids]).toEqual([200, expect.arrayContaining([path.split('/').at(-1)])]);
    }
    const first = await this.api.get('/ledger?limit=2', { merchant });
    expect((await this.api.get(first.body.next, { merchant })).status).toBe(200);
  }

  /**
   * If this service refuses what the other one accepted, it names the existing answer; otherwise a client would pay
   * twice.
   */
  async isNotForgottenBy(other: Client): Promise<void> {
    const body = { amount_paise: 50_000, bank_account_id: accounts.get('0001')!, reference_id: 'INV-\u200b1' };
    const key = `${this.name} with an invisible character`;
    const taken = await this.api.post('/payouts', body, { key, merchant });
    const again = await other.post('/payouts', body, { key, merchant });
    expect([again.status, again.body.code, again.body.created_id]).toEqual(
      taken.status === 201 ? [409, 'answered_before', taken.body.id] : [taken.status, taken.body.code, undefined],
    );
  }

  /** Another service repeats the answers of this one, byte for byte. */
  async areRepeatedBy(other: Client): Promise<void> {
    for (const { path, body, key, text } of this.answered) {
      const again = await other.post(path, body, { key, merchant });
      expect([key, again.status, again.text]).toEqual([key, 200, text]);
    }
  }
}

async function makeMerchant(api: Client): Promise<void> {
  merchant = (await api.post('/merchants', { name: 'Acme Agency', email: 'ops@acme.example' })).body;
  for (const ending of ['0001', SLOWLY, LATER]) {
    const body = { account_holder_name: 'Asha Rao', account_number: `91820000${ending}`, ifsc: 'HDFC0000001' };
    accounts.set(ending, (await api.post('/bank-accounts', body, { merchant })).body.id);
  }
  await run('fund', '--merchant', merchant.id, '--amount-paise', '100000000', '--reason', 'test');
}

(tag === null ? describe.skip : describe)(`processes of ${tag} beside this version`, () => {
  beforeAll(() => void (release = buildRelease(tag!)));
  afterAll(() => release.remove());

  const processes: ServiceProcess[] = [];
  let bahi: Bahi | undefined;

  const start = async (entryPoint: 'api' | 'worker'): Promise<ServiceProcess> => {
    const process = await ServiceProcess.start(entryPoint, environment, release.programs);
    processes.push(process);
    return process;
  };

  beforeEach(async () => void (place = await createDatabase()));

  afterEach(async () => {
    for (const process of processes.splice(0)) await process.kill();
    await (bahi === undefined ? place.drop() : bahi.close());
    bahi = undefined;
  });

  it.each([
    ['PostgreSQL', () => ({})],
    ['Redis', redisEnvironment],
  ])(
    'serve on the migrated database, and what they leave is carried on, with queues in %s',
    async (_, queues) => {
      const settings = { PROCESSING_TIMEOUT_SECONDS: '3', ...queues() };
      environment = environmentOn(place, settings);
      await run('migrate');
      operatorKey = (await run('create-operator', '--name', 'Asha')).split('\n').at(-1)!;
      const api = new Client((await start('api')).url, operatorKey);
      const worker = await start('worker');
      await makeMerchant(api);
      const before = new Flows(api, 'before');
      await before.all();

      // Migrates while the other two are running.
      const server = { createDatabase: async () => place };
      bahi = await Bahi.open({ environment: settings, server });
      const newer = new Client(bahi.service.url, operatorKey);
      const beside = new Flows(api, 'beside');
      await beside.all();
      await before.areRepeatedBy(newer);
      await before.isNotForgottenBy(newer);
      await beside.areRepeatedBy(newer);
      await before.areRepeatedBy(api);
      const { body: page } = await api.get('/payouts?limit=1', { merchant });
      expect((await newer.get(page.next, { merchant })).status).toBe(200);

      const left = new Flows(api, 'left');
      const payouts = await Promise.all(Array.from({ length: 12 }, (__, nth) => left.payout(SLOWLY, nth)));
      await left.until(payouts[0]!, 'processing');
      await worker.kill();
      await bahi.serve({ worker: true });
      for (const payout of payouts) await left.until(payout, 'completed');

      await new Flows(api, 'older API, newer worker').all();
      const after = new Flows(newer, 'after');
      await after.all();
      await after.areRepeatedBy(api);
      expect(await bahi.findings()).toEqual([]);
    },
    600_000,
  );
});

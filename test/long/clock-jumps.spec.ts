import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PAYOUTS } from '../../bench/chaos-payouts.js';
import { Bahi } from '../support/bahi.js';
import { documentedFetch } from '../support/documented-fetch.js';
import { FakeClock, findFaketime, startFaketimeServer } from '../support/faketime-server.js';
import type { Merchant } from '../support/merchant.js';
import type { ServiceProcess } from '../support/service-process.js';
import { PATIENCE_MS, until } from '../support/wait-for.js';

const library = findFaketime();
if (library === null)
  process.stderr.write('not run: jumps of the clock, for libfaketime (Debian package faketime) is not there\n');

const TIMEOUT_SECONDS = 2;
const JUMPS = ['+1m', '-1m', '+1h', '-1h', '+25h', '-25h'];

/** The lease, the inquiry and one more, on a machine that others use too. */
const USUAL_MS = 15 * TIMEOUT_SECONDS * 1_000;

/** The simulated bank returns money this long after it has paid. */
const RETURN_MS = 10_000;

/** What was planned by a clock that was a minute ahead is carried out a minute late. */
const SMALLEST_JUMP_MS = 60_000;

interface Asked {
  readonly key: string;
  readonly to: string;
  readonly id: string;
  readonly text: string;
}

/** Offsets as libfaketime reads them. */
type SetClock = (from: string, to: string) => Promise<void>;

/**
 * A caller who requests one payout after another until stopped, and repeats a request without an answer under the same
 * key.
 */
class Load {
  readonly asked: Asked[] = [];
  private stopped = false;
  private readonly running: Promise<void>[];

  constructor(private readonly merchant: Merchant) {
    this.running = ['0001', '0004'].map((to) => this.ask(to));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running);
  }

  private async ask(to: string): Promise<void> {
    while (!this.stopped) {
      const key = randomUUID();
      let answer = await this.merchant.payOut(1, { to, key });
      while (answer.status === 503) answer = await this.merchant.payOut(1, { to, key });
      expect(answer.status).toBe(201);
      this.asked.push({ key, to, id: answer.body.id, text: answer.text });
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  }
}

(library === null ? describe.skip : describe)('a clock that jumps in the middle of a load', () => {
  let server: Awaited<ReturnType<typeof startFaketimeServer>>;
  let bahi: Bahi;
  let acme: Merchant;
  let ownClock: FakeClock;
  let folder: string;
  let service: ServiceProcess;

  beforeAll(async () => {
    server = await startFaketimeServer(library!);
    folder = mkdtempSync(join(tmpdir(), 'bahi-test-own-clock-'));
    ownClock = new FakeClock(library!, join(folder, 'clock'));
    bahi = await Bahi.open({ server, environment: { PROCESSING_TIMEOUT_SECONDS: `${TIMEOUT_SECONDS}` } });
    service = await bahi.process('start', { ...ownClock.environment, LOG_LEVEL: 'error' });
    acme = (await bahi.aMerchant({ rupees: 5_000, accounts: ['0001', '0004', '0007'] })).at(service);
  });

  afterAll(async () => {
    await bahi.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const setOwnClock: SetClock = async (_, to) => ownClock.set(to);

  /**
   * The simulated bank is in the same database, so its times are moved along; a real bank's own clock would not jump.
   */
  const setDatabaseClock: SetClock = async (from, to) => {
    await bahi.psql.query('BEGIN');
    await bahi.psql.query(`LOCK TABLE ${PAYOUTS.otherSide} IN ACCESS EXCLUSIVE MODE`);
    server.clock.set(to);
    for (const carried of PAYOUTS.carriesTimes) await bahi.psql.query(carried, [from, to]);
    await bahi.psql.query('COMMIT');
  };

  /** The clock is wrong for as long as it takes to make two more payouts. */
  async function jump(set: SetClock, offset: string, load: Load): Promise<void> {
    const before = load.asked.length;
    await set('+0', offset);
    await until('payouts were made by the wrong clock', () => load.asked.length >= before + 4);
    await set(offset, '+0');
    await until('payouts were made by the right one', () => load.asked.length >= before + 8);
  }

  async function expectAllPaidOnce(load: Load): Promise<void> {
    for (const { key, to, id, text } of load.asked) {
      const replay = await acme.payOut(1, { to, key });
      expect([replay.status, replay.text]).toEqual([200, text]);
      await acme.until(id, 'completed', USUAL_MS + SMALLEST_JUMP_MS);
    }
    expect(await bahi.count('payouts')).toBe(await bahi.count('bank_simulator.movements'));
    expect(await bahi.bank.paidTwice()).toEqual([]);
    expect(await bahi.findings()).toEqual([]);
  }

  it('of the database makes nobody be paid twice, refuses no replay, and delays nothing by hours once it is right', async () => {
    const load = new Load(acme);
    for (const offset of JUMPS) await jump(setDatabaseClock, offset, load);
    await load.stop();
    await expectAllPaidOnce(load);
  }, 200_000);

  it('of one process does the same', async () => {
    const load = new Load(acme);
    for (const offset of JUMPS) await jump(setOwnClock, offset, load);
    await load.stop();
    await expectAllPaidOnce(load);
  });

  it('of the database keeps no money away that comes back of a payout which was completed meanwhile', async () => {
    await setDatabaseClock('+0', '+25h');
    const { id } = await acme.aPayout(1, { to: '0007' });
    await acme.until(id, 'completed', USUAL_MS);
    await setDatabaseClock('+25h', '+0');
    await acme.until(id, 'reversed', RETURN_MS + USUAL_MS);
    expect(await bahi.findings()).toEqual([]);
  });

  it.each<[string, () => FakeClock, number]>([
    ['of the database', () => server.clock, 1],
    ['of one process', () => ownClock, -1],
  ])('%s is shown and raises an alarm until it is right again', async (_, clock, sign) => {
    const skew = async (of: string): Promise<number> => {
      const text = await (await documentedFetch(`${service.url}/metrics`)).text();
      return Number(new RegExp(`^bahi_clock_skew_seconds\\{of="${of}"\\} (.*)$`, 'm').exec(text)?.[1] ?? 'NaN');
    };
    const alarms = (): number => service.output.split('ALARM: the database').length - 1;
    await until('the clocks agree', async () => Math.abs(await skew('process')) < 5, PATIENCE_MS, 200);
    const before = alarms();

    clock().set('+25h');
    await until('it is shown', async () => Math.round((await skew('process')) / 3_600) === 25 * sign, PATIENCE_MS, 200);
    expect(Math.round(Math.abs(await skew('database')) / 3_600)).toBe(sign === 1 ? 25 : 0);
    expect(alarms()).toBe(before + 1);

    clock().set('+0');
    await until('the clocks agree', async () => Math.abs(await skew('process')) < 5, PATIENCE_MS, 200);
    expect(Math.abs(await skew('database'))).toBeLessThan(5);
  });

  it('and stays wrong by an hour lets a lost answer be found in the usual time', async () => {
    server.clock.set('-1h');
    const { id } = await acme.aPayout(1, { to: '0004' });
    await acme.until(id, 'completed', USUAL_MS);
    server.clock.set('+0');
    expect(await bahi.bank.timesPaid(id)).toBe(1);
  });
});

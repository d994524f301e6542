import { cpuMicrosOf, serverCpuMicros } from './cpu-time.js';
import type { Place } from './temporary-server.js';
import type { Customer } from './trial-customers.js';
import { KINDS, type Kind } from './trial-receivers.js';

/** The promised time from commit to first attempt, for 95 of 100 events. */
const PROMISED_MS = 1_000;

/**
 * When events were committed, in milliseconds, by merchant and id, on this machine's clock, which the server uses too.
 */
export type Committed = ReadonlyMap<string, ReadonlyMap<string, number>>;

export async function committed({ superuser }: Place, customers: readonly Customer[]): Promise<Committed> {
  const rows = await superuser.query<{ merchant_id: string; id: string; at: Date }>(
    `SELECT merchant_id, id, created_at AS at FROM outbox WHERE type = 'payout.requested'`,
  );
  const found = new Map<string, Map<string, number>>(customers.map(({ merchant }) => [merchant.id, new Map()]));
  for (const { merchant_id, id, at } of rows) found.get(merchant_id)!.set(id, at.getTime());
  return found;
}

/** How long the receivers of a kind waited. */
class Waited {
  constructor(
    readonly kind: Kind,
    private readonly sortedMs: readonly number[],
  ) {}

  static of(kind: Kind, customers: readonly Customer[], commits: Committed): Waited {
    const waited = customers
      .filter(({ receiver }) => receiver.kind === kind)
      .flatMap(({ receiver, merchant }) =>
        [...receiver.seen].map(([id, { firstAt }]) => firstAt - commits.get(merchant.id)!.get(id)!),
      );
    return new Waited(
      kind,
      waited.sort((a, b) => a - b),
    );
  }

  at(share: number): number {
    return this.sortedMs[Math.min(this.sortedMs.length - 1, Math.floor(share * this.sortedMs.length))]!;
  }

  toString(): string {
    const [half, most95, most99, most] = [0.5, 0.95, 0.99, 1].map((share) => `${this.at(share).toFixed(0)} ms`);
    return `${this.kind}: from commit to first attempt p50 ${half}, p95 ${most95}, p99 ${most99}, most ${most}`;
  }
}

/** @returns the lines to print, and what is wrong */
export function firstAttempts(customers: readonly Customer[], commits: Committed) {
  const all = KINDS.filter((kind) => kind !== 'dead').map((kind) => Waited.of(kind, customers, commits));
  const p95 = all.find(({ kind }) => kind === 'well')!.at(0.95);
  const wrong = `of 95 in 100 the first attempt came within ${p95.toFixed(0)} ms, not ${PROMISED_MS}`;
  return { lines: all.map(String), wrongs: p95 >= PROMISED_MS ? [wrong] : [] };
}

/** The processor time that processes have used since this was created. */
export class CpuTimes {
  private readonly began = performance.now();

  private constructor(
    private readonly place: Place,
    private readonly pids: Readonly<Record<string, number>>,
    private readonly before: Readonly<Record<string, number | null>>,
  ) {}

  /** @param pids by the names of the processes */
  static async of(place: Place, pids: Readonly<Record<string, number>>): Promise<CpuTimes> {
    return new CpuTimes(place, pids, await timesOf(place, pids));
  }

  /** In hundredths of one processor. */
  async line(): Promise<string> {
    const seconds = (performance.now() - this.began) / 1_000;
    const used = Object.entries(await timesOf(this.place, this.pids)).map(([name, micros]) => {
      const before = this.before[name]!;
      if (micros === null || before === null) return `${name} unknown`;
      return `${name} ${((micros - before) / 10_000 / seconds).toFixed(0)} %`;
    });
    return `of one processor: ${used.join(', ')}`;
  }
}

async function timesOf({ superuser }: Place, pids: Readonly<Record<string, number>>) {
  const ours = Object.entries(pids).map(([name, pid]) => [name, cpuMicrosOf(pid)] as const);
  return { ...Object.fromEntries(ours), PostgreSQL: await serverCpuMicros(superuser) };
}

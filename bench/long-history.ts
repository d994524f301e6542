import { type BenchMerchant, makeMerchants, verifyBooks } from './merchants.js';
import { median } from './median.js';
import { ENTRIES_PER_PAYOUT, fillWithPayouts } from './past-payouts.js';
import { runPayouts } from './payout-load.js';
import { RATE_LIMITS_LIFTED, ServiceProcess } from './processes.js';
import { runRead } from './reads.js';
import type { Row } from './report.js';
import type { Place, TemporaryServer } from './temporary-server.js';

const MERCHANTS = 50;

/** The first book's share of all entries: a million of ten. */
const SHARE_OF_THE_LONG_BOOK = 0.1;

/**
 * The small database's share of all entries, but at least enough to measure the time per entry: that time must not grow
 * with the number of entries.
 */
const SHARE_OF_THE_SMALL_ONE = 0.01;
const LEAST_SMALL = 40_000;

const WARM_UP_SECONDS = 2;

interface HistoryTools {
  readonly rounds: number;
  readonly seconds: number;
  /** In all books together. */
  readonly entries: number;
  readonly print: (line: string) => void;
}

/** What is measured, with how many requests in flight, and whether more or less is better. */
interface Figure {
  readonly name: string;
  readonly inFlight: number | null;
  readonly better: 'more' | 'less';
}

/** By the figure's name: the rounds of the database with a history, and those of the empty one. */
type Measured = Map<string, Figure & { readonly ours: number[]; readonly beside: number[] }>;

/**
 * What a year of payouts changes: every figure of a full database next to that of an empty database on the same server,
 * in turns.
 * @throws if `verify` has a finding
 */
export async function measureHistory(server: TemporaryServer, tools: HistoryTools): Promise<Row[]> {
  const { rounds, entries, print } = tools;
  const full = await filled(server, 'bahi_bench_full', entries, tools);
  const empty = await server.createPlace('bahi_bench_empty');
  const emptyMerchants = await makeMerchants(empty, MERCHANTS);
  const measured: Measured = new Map();
  for (let round = 0; round < rounds; round++) {
    // The order alternates between rounds.
    for (const isFull of round % 2 === 0 ? [true, false] : [false, true]) {
      const [place, merchants] = isFull ? [full.place, full.merchants] : [empty, emptyMerchants];
      await measureRound(place, merchants, tools, (figure, value) => {
        const { ours, beside } = measured.get(figure.name) ?? { ours: [], beside: [] };
        (isFull ? ours : beside).push(value);
        measured.set(figure.name, { ...figure, name: `${figure.name}; beside it an empty one`, ours, beside });
        print(`${isFull ? 'full' : 'empty'}: ${figure.name}: ${value.toFixed(2)}`);
      });
    }
  }
  const small = await filled(
    server,
    'bahi_bench_small',
    Math.max(LEAST_SMALL, entries * SHARE_OF_THE_SMALL_ONE),
    tools,
  );
  const seconds = {
    name: 'verify, seconds for a million entries; beside it a small one',
    inFlight: null,
    better: 'less',
  } as const;
  const beside: number[] = [];
  for (let round = 0; round < rounds; round++) beside.push(await verifySeconds(small.place, print));
  measured.set(seconds.name, { ...seconds, ours: [await verifySeconds(full.place, print)], beside });
  return [...measured.values()].map(rowOf);
}

function rowOf({ name, inFlight, better, ours, beside }: Figure & { ours: number[]; beside: number[] }): Row {
  const [full, empty] = [median(ours), median(beside)];
  const target = better === 'more' ? '≥ 0.8' : '≤ 1.2';
  return { figure: name, inFlight, ours: full, beside: empty, ratio: full / empty, target };
}

async function filled(
  server: TemporaryServer,
  name: string,
  entries: number,
  { print }: HistoryTools,
): Promise<{ place: Place; merchants: BenchMerchant[] }> {
  const place = await server.createPlace(name);
  const merchants = await makeMerchants(place, MERCHANTS, { funded: false });
  const payouts = Math.ceil(entries / ENTRIES_PER_PAYOUT);
  const long = Math.ceil(payouts * SHARE_OF_THE_LONG_BOOK);
  const others = Math.ceil((payouts - long) / (MERCHANTS - 1));
  const begun = performance.now();
  await fillWithPayouts(place, merchants, (i) => (i === 0 ? long : others), print);
  const seconds = (performance.now() - begun) / 1_000;
  const [size] = await place.superuser.query<{ gigabytes: number }>(
    'SELECT pg_database_size(current_database()) / 1e9::float AS gigabytes',
  );
  print(
    `filled ${name} with ${(await entriesIn(place)).toLocaleString('en')} entries in ${seconds.toFixed(0)} s, ` +
      `${(long * ENTRIES_PER_PAYOUT).toLocaleString('en')} of them in one book: ${size!.gigabytes.toFixed(1)} GB`,
  );
  return { place, merchants };
}

async function entriesIn({ superuser }: Place): Promise<number> {
  return superuser.transaction(
    async (sql) => {
      const [row] = await sql.query<{ count: string }>('SELECT count(*) AS count FROM ledger_entries');
      return Number(row!.count);
    },
    undefined,
    10 * 60_000,
  );
}

/** Measures a start, requests and reads. */
async function measureRound(
  place: Place,
  merchants: readonly BenchMerchant[],
  { seconds }: HistoryTools,
  note: (figure: Figure, value: number) => void,
): Promise<void> {
  const begun = performance.now();
  const api = await ServiceProcess.start('api', { ...place.environment, ...RATE_LIMITS_LIFTED });
  note({ name: 'start to serving, seconds', inFlight: null, better: 'less' }, (performance.now() - begun) / 1_000);
  const run = (name: string, connections: number, of: number, length = seconds) =>
    runPayouts(place, [api], merchants, { name, connections, merchants: of, seconds: length });
  await run('warm-up', 256, MERCHANTS, WARM_UP_SECONDS);
  const all = `accepted/s, ${MERCHANTS} merchants`;
  note({ name: all, inFlight: 256, better: 'more' }, (await run(all, 256, MERCHANTS)).perSecond);
  const one = 'accepted/s, one merchant, whose book is the longest';
  note({ name: one, inFlight: 256, better: 'more' }, (await run(one, 256, 1)).perSecond);
  note({ name: 'p50 ms of a payout alone', inFlight: 1, better: 'less' }, (await run('alone', 1, 1)).p50);
  const { apiKey } = merchants[0]!;
  for (const path of ['/api/v1/balance', '/api/v1/payouts?limit=20', '/api/v1/ledger?limit=20', '/metrics']) {
    const read = { name: `p50 ms, GET ${path.replace('/api/v1', '')}`, path, apiKey };
    await runRead(api, read);
    note({ name: read.name, inFlight: 1, better: 'less' }, (await runRead(api, read)).p50);
  }
  await api.stop();
}

/** @returns seconds for a million entries */
async function verifySeconds(place: Place, print: (line: string) => void): Promise<number> {
  const begun = performance.now();
  const { findings } = await verifyBooks(place);
  const seconds = (performance.now() - begun) / 1_000;
  if (findings.length > 0) throw new Error(`verify found ${findings.length} faults, the first: ${findings[0]}`);
  const entries = await entriesIn(place);
  const memory = Math.round(process.memoryUsage().rss / 1e6);
  print(`verified ${entries.toLocaleString('en')} entries in ${seconds.toFixed(1)} s; resident: ${memory} MB`);
  return seconds / (entries / 1e6);
}

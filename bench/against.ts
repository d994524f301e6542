import { OtherCommit } from './other-commit.js';
import { assertAllHeld, type BenchMerchant, type Verified } from './merchants.js';
import { runPayouts, type Scenario } from './payout-load.js';
import { RATE_LIMITS_LIFTED, runProgram, ServiceProcess } from './processes.js';
import { startRedis, type TemporaryRedis } from './temporary-redis.js';
import type { Place, TemporaryServer } from './temporary-server.js';
import { builtFrom, THIS_TREE, type Tree } from './tree.js';
import type { ComparedFigure } from './verdict.js';
import { runToTheEnd } from './whole-way.js';

const MERCHANTS = 50;

/** Each commit warms up before its first round: code that runs for the first time is slow. */
const WARM_UP_SECONDS = 4;

export interface Rounds {
  readonly rounds: number;
  readonly seconds: number;
}

/** One commit's service, on a separate database. */
interface Side {
  readonly tree: Tree;
  readonly place: Place;
  readonly merchants: readonly BenchMerchant[];
  readonly api: ServiceProcess;
  readonly worker: ServiceProcess | null;
  accepted: number;
}

type Figures = Pick<ComparedFigure, 'figure' | 'inFlight' | 'better'> & { readonly value: number };

/** The figures of one side that one run measures. */
type Measure = (side: Side, seconds: number) => Promise<Figures[]>;

/**
 * Compares this commit with another, in turns: in each round each figure is measured for both, one right after the
 * other, and the order alternates between rounds.
 * @throws if a side accepted payouts that its books do not contain
 */
export async function compareWith(
  other: OtherCommit,
  server: TemporaryServer,
  redisProgram: string,
  rounds: Rounds,
  print: (line: string) => void,
): Promise<ComparedFigure[]> {
  const trees = [other, THIS_TREE];
  const accepting = await inTurns(
    await Promise.all(trees.map((tree, i) => openSide(server, tree, `bahi_bench_accept_${i}`, null))),
    [acceptedWith(256, MERCHANTS), acceptedWith(256, 1), acceptedWith(64, MERCHANTS), alone],
    rounds,
    print,
  );
  const redis = [await startRedis(redisProgram), await startRedis(redisProgram)];
  const openWithWorker = (queues: readonly TemporaryRedis[]) => (tree: Tree, i: number) =>
    openSide(server, tree, `bahi_bench_complete_${queues.length}_${i}`, queues[i] ?? 'PostgreSQL');
  const overRedis = await Promise.all(trees.map(openWithWorker(redis)));
  const completing = await inTurns(overRedis, [completed('Redis')], rounds, print);
  for (const { stop } of redis) await stop();
  const onPostgres = await Promise.all(trees.map(openWithWorker([])));
  return [...accepting, ...completing, ...(await inTurns(onPostgres, [completed('PostgreSQL queues')], rounds, print))];
}

/** @param queues null: without a worker */
async function openSide(
  server: TemporaryServer,
  tree: Tree,
  database: string,
  queues: TemporaryRedis | 'PostgreSQL' | null,
): Promise<Side> {
  const place = await server.createEmptyPlace(database);
  const merchants = (await inTree(tree, place, 'prepare', String(MERCHANTS))) as BenchMerchant[];
  const redis: Record<string, string> = queues === null || queues === 'PostgreSQL' ? {} : { REDIS_URL: queues.url };
  const environment = { ...place.environment, ...RATE_LIMITS_LIFTED, GATEWAYS: 'always-succeeds', ...redis };
  const api = await ServiceProcess.start('api', environment, tree);
  const worker = queues === null ? null : await ServiceProcess.start('worker', environment, tree);
  return { tree, place, merchants, api, worker, accepted: 0 };
}

/** Runs in the code of the tree, since only that knows its tables. */
async function inTree(tree: Tree, place: Place, ...args: string[]): Promise<unknown> {
  const program = builtFrom(tree, 'bench/place-program.ts');
  const environment = { PATH: process.env['PATH'], ...place.environment };
  try {
    return JSON.parse(await runProgram(process.execPath, [program, ...args], environment));
  } catch (error) {
    throw new Error(`the bench of this commit does not fit ${tree.name}`, { cause: error });
  }
}

async function inTurns(
  sides: readonly Side[],
  measures: readonly Measure[],
  { rounds, seconds }: Rounds,
  print: (line: string) => void,
): Promise<ComparedFigure[]> {
  for (const side of sides) await measures[0]!(side, Math.min(WARM_UP_SECONDS, 2 * seconds));
  const figures = new Map<string, ComparedFigure & { theirs: number[]; ours: number[] }>();
  for (let round = 0; round < rounds; round++)
    for (const measure of measures)
      for (const side of round % 2 === 0 ? sides : sides.toReversed())
        for (const { value, ...what } of await measure(side, seconds)) {
          const figure = figures.get(what.figure) ?? { ...what, theirs: [], ours: [] };
          figures.set(what.figure, figure);
          (side.tree === THIS_TREE ? figure.ours : figure.theirs).push(value);
          print(`${what.figure}, ${side.tree.name}: ${value.toFixed(1)}`);
        }
  for (const side of sides) await close(side);
  return [...figures.values()];
}

async function close({ tree, place, api, worker, accepted }: Side): Promise<void> {
  await worker?.stop();
  await api.stop();
  await assertAllHeld(place, accepted, (await inTree(tree, place, 'verify')) as Verified);
}

function acceptedWith(connections: number, merchants: number): Measure {
  const who = merchants === 1 ? 'one merchant' : `${merchants} merchants`;
  return async (side, seconds) => {
    const name = `${connections} connections, ${who}`;
    const { perSecond, p99 } = await payOut(side, { name, connections, merchants, seconds });
    return [
      { figure: `accepted/s, ${name}`, inFlight: connections, better: 'more', value: perSecond },
      { figure: `p99 ms, ${name}`, inFlight: connections, better: 'less', value: p99 },
    ];
  };
}

const alone: Measure = async (side, seconds) => {
  const { p50 } = await payOut(side, { name: 'one at a time', connections: 1, merchants: 1, seconds });
  return [{ figure: 'p50 ms of a payout alone', inFlight: 1, better: 'less', value: p50 }];
};

async function payOut(side: Side, scenario: Scenario) {
  const run = await runPayouts(side.place, [side.api], side.merchants, scenario);
  side.accepted += run.accepted;
  return run;
}

function completed(queues: string): Measure {
  return async (side, seconds) => {
    const { place, api, worker, merchants } = side;
    const run = await runToTheEnd(place, [api], [worker!], merchants, { connections: 64, seconds });
    side.accepted += run.accepted;
    return [
      { figure: `completed/s, ${queues}`, inFlight: 64, better: 'more', value: run.completedPerSecond },
      { figure: `p99 ms with the worker on, ${queues}`, inFlight: 64, better: 'less', value: run.p99 },
    ];
  };
}

import type { BoundTo } from '../statements/bound.js';
import { orTimeout } from '../../waiting/with-timeout.js';
import { logSkipped } from './every-shard.js';

/**
 * How long a shard's work is waited for. Otherwise a node that accepts connections and then does not answer would delay
 * the work of the others for as long as a statement may take.
 */
const ANSWER_MS = 5_000;

/**
 * Works on each of these shards separately. The work of a node that does not answer in time waits, and the others
 * continue.
 * @throws if none of them answers
 */
export async function ofShardsThatAnswer<Row>(
  shards: readonly BoundTo[],
  work: (merchants: BoundTo) => Promise<Row[]>,
  answerMs = ANSWER_MS,
): Promise<Row[][]> {
  const done = await Promise.allSettled(
    // If nothing is distributed, there are no others that could continue.
    shards.map((one) => (one === null ? work(one) : orTimeout(answerMs, 'it', work(one)))),
  );
  const failures = done.filter((one) => one.status === 'rejected');
  if (failures.length > 0 && failures.length === shards.length) throw failures[0]!.reason;
  for (const { reason } of failures) logSkipped(`a shard (${String(reason)})`);
  return done.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

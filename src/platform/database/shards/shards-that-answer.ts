import type { BoundTo } from '../statements/bound.js';
import { orTimeout } from '../../waiting/with-timeout.js';
import { logSkipped } from './every-shard.js';

/** A node that takes connections and then says nothing would hold the others' work for as long as a statement may take. */
const ANSWER_MS = 5_000;

/**
 * Works on each of these shards for itself. What lies on a node that does not answer, or not in time, waits, and the others
 * go on.
 * @throws where there are no others
 */
export async function ofShardsThatAnswer<Row>(
  shards: readonly BoundTo[],
  work: (merchants: BoundTo) => Promise<Row[]>,
  answerMs = ANSWER_MS,
): Promise<Row[][]> {
  const done = await Promise.allSettled(
    // Where nothing is distributed, there is nobody else to go on.
    shards.map((one) => (one === null ? work(one) : orTimeout(answerMs, 'it', work(one)))),
  );
  const failures = done.filter((one) => one.status === 'rejected');
  if (failures.length > 0 && failures.length === shards.length) throw failures[0]!.reason;
  for (const { reason } of failures) logSkipped(`a shard (${String(reason)})`);
  return done.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

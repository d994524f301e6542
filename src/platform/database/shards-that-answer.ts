import type { BoundTo } from './bound.js';
import { logSkipped } from './every-shard.js';

/**
 * Works on each of these shards for itself. What lies on a node that does not answer waits, and the others go on.
 * @throws where there are no others
 */
export async function ofShardsThatAnswer<Row>(
  shards: readonly BoundTo[],
  work: (merchants: BoundTo) => Promise<Row[]>,
): Promise<Row[][]> {
  const done = await Promise.allSettled(shards.map(work));
  const failures = done.filter((one) => one.status === 'rejected');
  if (failures.length > 0 && failures.length === shards.length) throw failures[0]!.reason;
  for (const { reason } of failures) logSkipped(`a shard (${String(reason)})`);
  return done.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

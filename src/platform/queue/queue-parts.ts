import { sha256 } from '../../shared/sha256.js';
import type { QueueBackend } from './queue-backend.js';
import { QUEUE_NAMES, type QueueName } from './queue-names.js';

interface Placed {
  readonly id: string;
  readonly data: Readonly<Record<string, string | number>>;
}

/**
 * The part of its queue that a job is put into: the same for all jobs of a merchant, and, where a job is no merchant's,
 * for all with its id, so that one that waits is still recognised.
 */
export function partOf({ id, data }: Placed, parts: number): number {
  if (parts === 1) return 0;
  const digest = sha256(String(data['merchantId'] || id));
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0) % parts;
}

/** A part that gets no new jobs, because there are fewer parts now than there were. */
interface FormerPart {
  readonly queue: QueueName;
  readonly part: number;
  /** Null: it is unreachable. */
  readonly holdsJobs: boolean | null;
}

/** Nobody has to remember how many parts there were: there are few, and to look into them costs little. */
export async function formerParts(backend: QueueBackend): Promise<readonly FormerPart[]> {
  const { parts, mostParts } = backend;
  const numbers = Array.from({ length: mostParts - parts }, (_, n) => parts + n);
  const looks = QUEUE_NAMES.flatMap((queue) =>
    numbers.map(async (part) => ({
      queue,
      part,
      holdsJobs: await backend.holdsJobs(queue, part, 'any').catch(() => null),
    })),
  );
  return Promise.all(looks);
}

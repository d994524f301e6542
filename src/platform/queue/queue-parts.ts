import { sha256 } from '../../shared/sha256.js';
import type { QueueBackend } from './queue-backend.js';
import { QUEUE_NAMES, type QueueName } from './queue-names.js';

interface Placed {
  readonly id: string;
  readonly data: Readonly<Record<string, string | number>>;
}

/**
 * The part of its queue that a job is added to: the same for all jobs of a merchant. For a job without a merchant, the
 * same for all jobs with its id, so that a waiting job is still recognised.
 */
export function partOf({ id, data }: Placed, parts: number): number {
  if (parts === 1) return 0;
  const digest = sha256(String(data['merchantId'] || id));
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0) % parts;
}

/** A part that gets no new jobs, because there are fewer parts now than before. */
interface FormerPart {
  readonly queue: QueueName;
  readonly part: number;
  /** Null: it is unreachable. */
  readonly holdsJobs: boolean | null;
}

/** The earlier number of parts is not recorded: there are few possible parts, and checking them costs little. */
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

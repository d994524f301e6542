import { type BackendFactory, type IQueueBackend, withBackend } from 'bullmq';
import type { QueueName } from './queue-names.js';

/**
 * Where the process's queues live: in PostgreSQL, or in Redis where there is one. Also what BullMQ's classes get as
 * their `connection`, so that one pair of them serves both.
 */
export abstract class QueueBackend {
  abstract readonly name: 'postgresql' | 'redis';

  /** In how many parts each queue is: those from 0 up to it get new jobs. */
  abstract readonly parts: number;

  /** As many parts as there may ever have been. */
  abstract readonly mostParts: number;

  /** BullMQ's `prefix` for a part of a queue. */
  abstract prefixOf(queue: QueueName, part: number): string;

  /** Whether there are jobs, or jobs that no worker has taken, in this part of a queue. @throws when it is unreachable */
  abstract holdsJobs(queue: QueueName, part: number, which: 'any' | 'waiting'): Promise<boolean>;

  /** BullMQ's view of one queue or worker, on the connections that all of them share. */
  abstract open(...[queue, options, kind]: Parameters<BackendFactory<IQueueBackend, QueueBackend>>): IQueueBackend;

  /**
   * False while it is known to be unreachable: then jobs are not even offered, because a connection that waits would
   * hold them.
   */
  abstract get reachable(): boolean;

  /** Whether the error means that the backend was unreachable. What was asked of it may have been done. */
  abstract isUnreachable(error: unknown): boolean;

  /** Closes the connections. A worker that did not end in time is not waited for. */
  abstract end(): Promise<void>;
}

const open: BackendFactory<IQueueBackend, QueueBackend> = (queue, options, kind) =>
  options.connection.open(queue, options, kind);

/** BullMQ's classes, on whichever backend they are given as their connection. */
export const { Queue: BackedQueue, Worker: BackedWorker } = withBackend(open);

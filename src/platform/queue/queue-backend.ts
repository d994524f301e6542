import { type BackendFactory, type IQueueBackend, withBackend } from 'bullmq';
import type { QueueName } from './queue-names.js';

/**
 * Where the process's queues are stored: in PostgreSQL, or in Redis if there is one. It is also what BullMQ's classes
 * are given as their `connection`, so that one pair of classes serves both.
 */
export abstract class QueueBackend {
  abstract readonly name: 'postgresql' | 'redis';

  /** The number of parts of each queue; the parts from 0 up to it get new jobs. */
  abstract readonly parts: number;

  /** The largest number of parts that there may ever have been. */
  abstract readonly mostParts: number;

  /** BullMQ's `prefix` for a part of a queue. */
  abstract prefixOf(queue: QueueName, part: number): string;

  /** Whether this part of a queue holds jobs, or jobs that no worker has taken. @throws when it is unreachable */
  abstract holdsJobs(queue: QueueName, part: number, which: 'any' | 'waiting'): Promise<boolean>;

  /** BullMQ's view of one queue or worker, on the connections that all of them share. */
  abstract open(...[queue, options, kind]: Parameters<BackendFactory<IQueueBackend, QueueBackend>>): IQueueBackend;

  /**
   * False while the backend is known to be unreachable: jobs are then not even offered, because a waiting connection
   * would hold them.
   */
  abstract get reachable(): boolean;

  /** Whether the error means that the backend was unreachable. The request may still have been carried out. */
  abstract isUnreachable(error: unknown): boolean;

  /** Closes the connections. Does not wait for a worker that has not ended in time. */
  abstract end(): Promise<void>;
}

const open: BackendFactory<IQueueBackend, QueueBackend> = (queue, options, kind) =>
  options.connection.open(queue, options, kind);

/** BullMQ's classes, on the backend that they are given as their connection. */
export const { Queue: BackedQueue, Worker: BackedWorker } = withBackend(open);

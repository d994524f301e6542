/** The schema of BullMQ's tables, separate from ours; `migrate-queue.ts` creates it. */
export const QUEUE_SCHEMA = 'queue';

/** SQL: the time in milliseconds, as BullMQ stores times. */
export const NOW_MS = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

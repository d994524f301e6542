/** The queues (design §5). A closed list, because PostgreSQL wants to know them when it is migrated. */
export const QUEUE_NAMES = ['payouts', 'payments'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

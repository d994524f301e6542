/** The queues (design §5). A closed list, because the migration of PostgreSQL needs their names. */
export const QUEUE_NAMES = ['payouts', 'payments'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

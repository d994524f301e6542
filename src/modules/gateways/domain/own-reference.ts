/**
 * The form of Bahi's own references: its ids, which are UUIDs of version 7. People and other systems that use the same
 * account at a bank name their orders differently. The pattern also works with PostgreSQL's `~*`.
 */
export const OWN_REFERENCE = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

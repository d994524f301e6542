/**
 * The form of the references that Bahi hands out: its ids, which are UUIDs of version 7. People and other systems use
 * the same account at a bank; what they call their orders looks otherwise. For PostgreSQL's `~*` too.
 */
export const OWN_REFERENCE = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

import type pg from 'pg';

/**
 * SQLSTATEs of notices that are not warnings (https://www.postgresql.org/docs/current/errcodes-appendix.html): success
 * (00), and a coordinator's remarks on a plan (0A).
 */
const NO_WARNING = /^0[0A]/;

/**
 * Set whatever the role's own setting is: without warnings, every commit would be taken for a complete one. Behind a
 * pooler a single statement comes without settings, and gets the warnings that the role's setting lets through. A
 * node's warning within COMMIT is passed on by its coordinator (Citus) as a debug message, with the node's code.
 * @param distributed whether the books are on several nodes
 */
export const withWarnings = (distributed: boolean): string =>
  `SET client_min_messages = ${distributed ? 'debug1' : 'warning'}`;

/** It is unknown whether the transaction was committed, and where. */
export class DoubtfulCommit extends Error {
  constructor(warning: string) {
    super(`PostgreSQL answered COMMIT with a warning: ${warning}`);
  }
}

const warnings = new WeakMap<pg.ClientBase, string>();

/** Keeps the last warning of a connection for {@link committed}. Called once for each connection. */
export function recordWarnings(client: pg.ClientBase): void {
  client.on('notice', ({ code, message }) => {
    if (!NO_WARNING.test(code ?? '')) warnings.set(client, message ?? 'a warning without a message');
  });
}

/**
 * Ends a transaction by COMMIT, or runs a statement that is its own transaction. A server that warns meanwhile has not
 * done all that it promises: the wait for a synchronous standby was cut short, or a coordinator (Citus) has lost the
 * node that held the rows.
 * @throws DoubtfulCommit
 */
export async function committed<T>(client: pg.ClientBase, commit: () => Promise<T>): Promise<T> {
  warnings.delete(client);
  const answer = await commit();
  const warning = warnings.get(client);
  if (warning !== undefined) throw new DoubtfulCommit(warning);
  return answer;
}

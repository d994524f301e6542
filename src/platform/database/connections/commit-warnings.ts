import type pg from 'pg';

/**
 * SQLSTATE of a notice that is no warning (https://www.postgresql.org/docs/current/errcodes-appendix.html), and of what a
 * coordinator remarks on a plan.
 */
const NO_WARNING = /^0[0A]/;

/**
 * Whatever the role's own setting is: who does not hear warnings takes every commit for a whole one. A single statement
 * behind a pooler brings nothing along, and hears what the role's setting lets through. What a node warns of
 * within COMMIT, its coordinator (Citus) passes on as a message for debugging, with the code that it had.
 * @param distributed the books lie on several nodes
 */
export const withWarnings = (distributed: boolean): string =>
  `SET client_min_messages = ${distributed ? 'debug1' : 'warning'}`;

/** Whether the transaction was committed, and where, is unknown. */
export class DoubtfulCommit extends Error {
  constructor(warning: string) {
    super(`PostgreSQL answered COMMIT with a warning: ${warning}`);
  }
}

const warnings = new WeakMap<pg.ClientBase, string>();

/** Keeps the last warning of a connection for {@link committed}. Called once for each. */
export function recordWarnings(client: pg.ClientBase): void {
  client.on('notice', ({ code, message }) => {
    if (!NO_WARNING.test(code ?? '')) warnings.set(client, message ?? 'a warning without a message');
  });
}

/**
 * Ends a transaction: COMMIT, or a statement that is one by itself. A server that warns meanwhile has not done all that it
 * promises: the wait for a synchronous standby was cut short, or a coordinator (Citus) has lost the node that held the
 * rows.
 * @throws DoubtfulCommit
 */
export async function committed<T>(client: pg.ClientBase, commit: () => Promise<T>): Promise<T> {
  warnings.delete(client);
  const answer = await commit();
  const warning = warnings.get(client);
  if (warning !== undefined) throw new DoubtfulCommit(warning);
  return answer;
}

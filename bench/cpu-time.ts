import { readdirSync, readFileSync } from 'node:fs';
import type { Sql } from '../src/platform/database/statements/sql.js';

/** CPU time, in microseconds, that a process has used in all its threads. Null if there is no /proc (macOS). */
export function cpuMicrosOf(pid: number): number | null {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const nanos = threads.map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    );
    return nanos.reduce((sum, each) => sum + each, 0) / 1000;
  } catch {
    // Named decision: a figure that is not available is left out of the table.
    return null;
  }
}

/**
 * The same for all processes of the server, including background ones. Processes that end between two calls are missed.
 */
export async function serverCpuMicros(sql: Sql): Promise<number | null> {
  const rows = await sql.query<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
  const each = rows.map(({ pid }) => cpuMicrosOf(pid));
  return each.includes(null) ? null : each.reduce<number>((sum, micros) => sum + micros!, 0);
}

/** A process's resident memory, in megabytes (10⁶ bytes). Null if there is no /proc. */
export function residentMegabytesOf(pid: number): number | null {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
    return (Number(kilobytes) * 1_024) / 1e6;
  } catch {
    // Named decision, as above.
    return null;
  }
}

/** The sum of the figure over all the processes. Null if one of them has none. */
export function together(pids: readonly number[], figureOf: (pid: number) => number | null): number | null {
  const each = pids.map(figureOf);
  return each.includes(null) ? null : each.reduce<number>((sum, figure) => sum + figure!, 0);
}

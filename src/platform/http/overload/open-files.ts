import { readFileSync } from 'node:fs';
import type { ConnectionLimits } from './connections.js';

/** For all that is no connection of a caller: PostgreSQL, Redis, gateways, files. */
const RESERVED = 256;

/** How many files, connections among them, this process may have open; null: no bound, or a system that does not say. */
export function openFilesLimit(): number | null {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? null : Number(soft);
  } catch {
    // Only Linux has this file.
    return null;
  }
}

/**
 * The limits as far as the process has files for them: whoever opens connections must not take those that it needs to reach
 * its database. No single address gets all that is left.
 */
export function withinOpenFiles(limits: ConnectionLimits, openFiles: number | null): ConnectionLimits {
  if (openFiles === null) return limits;
  const most = Math.max(openFiles - RESERVED, Math.floor(openFiles / 2));
  if (limits.maxConnections <= most) return limits;
  const { maxConnectionsPerAddress: perAddress } = limits;
  return { ...limits, maxConnections: most, maxConnectionsPerAddress: Math.min(perAddress, Math.ceil(most / 2)) };
}

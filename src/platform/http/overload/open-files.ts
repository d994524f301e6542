import { readFileSync } from 'node:fs';
import type { ConnectionLimits } from './connections.js';

/** For everything except callers' connections: PostgreSQL, Redis, gateways, files. */
const RESERVED = 256;

/** How many files, including connections, this process may have open; null: unlimited, or the system does not say. */
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
 * The limits, lowered to the files that the process has for them: callers' connections must not use up the files that
 * it needs to reach its database. No single address gets all that is left.
 */
export function withinOpenFiles(limits: ConnectionLimits, openFiles: number | null): ConnectionLimits {
  if (openFiles === null) return limits;
  const most = Math.max(openFiles - RESERVED, Math.floor(openFiles / 2));
  if (limits.maxConnections <= most) return limits;
  const { maxConnectionsPerAddress: perAddress } = limits;
  return { ...limits, maxConnections: most, maxConnectionsPerAddress: Math.min(perAddress, Math.ceil(most / 2)) };
}

import { StartupError } from '../config/startup-error.js';
import { isTlsRefusal } from '../database/tls-refusal.js';
import { withTimeout } from '../waiting/with-timeout.js';
import { isReady, openRedis, type RedisClient } from './redis.js';

/** Long enough for a name look-up, TLS and a sign-in; a start does not wait longer for something optional. */
const TIMEOUT_MS = 2_500;

/** What waiting does not help: a wrong password, no right, no such database. */
const REFUSALS =
  /^(WRONGPASS|NOAUTH|NOPERM|ERR (invalid password|AUTH|Client sent AUTH|DB index|SELECT is not allowed))/;

const OLDEST = [6, 2] as const;

/**
 * Looks at a Redis before the service starts.
 *
 * @param variable the variable that names it, for the messages
 * @param warn gets a line for each thing to look into: it is unreachable, may evict keys, or is too old
 * @throws StartupError when it is there and refuses us
 */
export async function checkRedis(variable: string, url: string, warn: (line: string) => void): Promise<void> {
  const client = openRedis(url, { name: 'bahi-start', waitsForServer: false, commandTimeoutMs: TIMEOUT_MS });
  try {
    const refusal = await refusalOf(client);
    if (refusal !== null) {
      throw new StartupError(`${variable}: Redis refuses us (${refusal}). Check its user, password, database and TLS.`);
    }
    // Named decision: one that refuses INFO (a user without the right to it) is taken as it is.
    if (isReady(client)) for (const line of concerns(variable, await client.info().catch(() => ''))) warn(line);
    else
      warn(
        `${variable}: Redis is unreachable. Payouts are accepted all the same, and sent to the bank when it is back.`,
      );
  } finally {
    client.disconnect();
  }
}

/** Null when it accepts us, or has not answered in time. */
async function refusalOf(client: RedisClient): Promise<string | null> {
  let refusal: string | null = null;
  const answered = new Promise<void>((resolve) => {
    client.once('ready', () => resolve());
    client.on('error', (error: Error & { readonly lastNodeError?: Error }) => {
      // A cluster reports only that it could not be reached; the reason is in the error of the last node that it tried.
      const cause = error.lastNodeError ?? error;
      if (!REFUSALS.test(cause.message) && !isTlsRefusal(cause)) return;
      refusal = cause.message;
      resolve();
    });
  });
  await withTimeout(TIMEOUT_MS, answered);
  return refusal;
}

function concerns(variable: string, info: string): string[] {
  const infoOf = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const lines: string[] = [];
  const policy = infoOf('maxmemory_policy');
  if (variable === 'REDIS_URL' && policy !== '' && policy !== 'noeviction') {
    lines.push(
      `${variable}: Redis may forget jobs when its memory is full (maxmemory-policy ${policy}). Nothing is lost by it, ` +
        'but payouts wait for their recovery: set maxmemory-policy noeviction.',
    );
  }
  const [major = 0, minor = 0] = infoOf('redis_version').split('.').map(Number);
  if (major > 0 && (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))) {
    lines.push(`${variable}: Redis ${major}.${minor} is older than ${OLDEST.join('.')}, and was not tried.`);
  }
  return lines;
}

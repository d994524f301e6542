import { integer } from '../config/setting-kinds.js';
import { settings } from '../config/settings.js';

const LIMITS = { min: 1, max: 1_000_000 } as const;

/**
 * One process takes about 4,000 payouts a second from one merchant on two cores (`make bench`), so on its own it
 * refuses nothing that it could handle. These limits are for programs that have run wild, and keep one merchant from
 * occupying many processes; operators set lower ones.
 */
export class RateLimitSettings extends settings('Rate limits', {
  writes: integer({
    ...LIMITS,
    name: 'RATE_LIMIT_WRITES_PER_SECOND',
    default: 20_000,
    help: 'Writes of one merchant, in all processes together, unless it has its own limit.',
  }),
  reads: integer({
    ...LIMITS,
    name: 'RATE_LIMIT_READS_PER_SECOND',
    default: 20_000,
    help: 'Reads (GET) of one merchant, in all processes together, unless it has its own limit.',
  }),
  keyWrites: integer({
    ...LIMITS,
    name: 'RATE_LIMIT_KEY_WRITES_PER_SECOND',
    default: 10_000,
    help: 'Writes with one API key, an operator’s too, unless its merchant has its own limit.',
  }),
  keyReads: integer({
    ...LIMITS,
    name: 'RATE_LIMIT_KEY_READS_PER_SECOND',
    default: 10_000,
    help: 'Reads (GET) with one API key, an operator’s too, unless its merchant has its own limit.',
  }),
}) {}

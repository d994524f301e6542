import { Injectable, Logger } from '@nestjs/common';
import { Database, table, template, value } from '../../../platform/database/database.public.js';
import { LimitsAtSignIn } from '../domain/limits-at-sign-in.js';
import { isLimitedAs } from '../domain/merchant.js';
import { limitsFrom, type LimitsRow } from './merchant-limit-store.js';

/** Health is asked for often, and each comparison asks every node. */
const LIFE_MS = 10_000;

const AT_SIGN_IN = 'SELECT merchant_id, reads_per_second, writes_per_second FROM merchant_limits';

/** Merchants that have a limit, or have one in the copy for sign-ins. */
const OF_MERCHANTS = template`
  SELECT m.id AS merchant_id, m.reads_per_second, m.writes_per_second FROM ${table('merchants')} m
  WHERE m.reads_per_second IS NOT NULL OR m.writes_per_second IS NOT NULL OR m.id = ANY(${value(1)}::uuid[])`;

/** If the node commits first and the coordinator is killed before it commits, only the merchant has the limit. */
@Injectable()
export class LimitsWatch extends LimitsAtSignIn {
  private readonly logger = new Logger('Merchants');
  private found: readonly string[] = [];
  private nextMs = 0;

  constructor(private readonly database: Database) {
    super();
  }

  override differing(): number {
    if (performance.now() >= this.nextMs) void this.look();
    return this.found.length;
  }

  async look(): Promise<void> {
    this.nextMs = performance.now() + LIFE_MS;
    try {
      // Compared twice: a change that is being committed is on the node first.
      const before = await differingIn(this.database);
      const found = before.length === 0 ? [] : (await differingIn(this.database)).filter((id) => before.includes(id));
      if (found.length > 0 && String(found) !== String(this.found)) this.logger.error(alarmOf(found));
      this.found = found;
    } catch (error) {
      // Named decision: the last result is shown until the limits can be compared again.
      this.logger.warn(`the limits used at sign-in were not compared with the merchants' own: ${String(error)}`);
    }
  }
}

/** Leaves out merchants on a node that does not answer. */
async function differingIn(database: Database): Promise<string[]> {
  const stored = await database.query<LimitsRow>(AT_SIGN_IN);
  const storedOf = new Map(stored.map((row) => [row.merchant_id, limitsFrom(row)]));
  const values = [[...storedOf.keys()]];
  const own = await database.placement.search<LimitsRow>(OF_MERCHANTS, values, { by: ['merchant_id'] });
  return own
    .filter((row) => !isLimitedAs(storedOf.get(row.merchant_id), limitsFrom(row)))
    .map(({ merchant_id }) => merchant_id);
}

const alarmOf = (ids: readonly string[]): string =>
  `ALARM: ${ids.length} ${ids.length === 1 ? 'merchant has' : 'merchants have'} limits that differ from those used ` +
  `at sign-in (${ids.join(', ')}), because a change was interrupted. Send it again: PATCH /merchants/:id.`;

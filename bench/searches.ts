import { fillPayouts, FIRST_MS, ODD_ONES } from './full-book.js';
import { type BenchMerchant, makeMerchants, makeOperator } from './merchants.js';
import { RATE_LIMITS_LIFTED, ServiceProcess } from './processes.js';
import { type Read, type ReadRun, runRead } from './reads.js';
import type { Place, TemporaryServer } from './temporary-server.js';

const PAYOUTS = 2_000_000;
const FILL_TIMEOUT_MS = 20 * 60_000;

interface Callers {
  readonly acme: BenchMerchant;
  /** A merchant whose payouts have all failed. */
  readonly zen: BenchMerchant;
  readonly operatorKey: string;
}

/** A book of this many payouts, nine tenths of them acme's. */
async function fillForSearches(place: Place, rows: number): Promise<Callers> {
  const [acme, zen] = (await makeMerchants(place, 2, { funded: false })) as [BenchMerchant, BenchMerchant];
  const owners = {
    acme: { id: acme.id, usual: acme.bankAccountId, rare: zen.bankAccountId },
    zen: { id: zen.id, usual: zen.bankAccountId },
  };
  await place.superuser.transaction((sql) => fillPayouts(sql, owners, rows), undefined, FILL_TIMEOUT_MS);
  await place.superuser.query('VACUUM (ANALYZE) payouts');
  return { acme, zen, operatorKey: await makeOperator(place) };
}

const LATER = new Date(FIRST_MS + (ODD_ONES + 1) * 1_000).toISOString();

/** Without an index for the filters, each of these would read hundreds of thousands of rows. */
function searchesOf({ acme, zen, operatorKey }: Callers): Read[] {
  const searches: [who: string, apiKey: string, query: string][] = [
    ['merchant', acme.apiKey, ''],
    ['merchant', acme.apiKey, 'status=cancelled'],
    ['merchant', acme.apiKey, 'needs_attention=true'],
    ['merchant', acme.apiKey, `status=cancelled&created_from=${LATER}`],
    ['merchant', acme.apiKey, 'reference_id=REF-0'],
    ['merchant, none of them', zen.apiKey, 'status=completed'],
    ['operator', operatorKey, ''],
    ['operator', operatorKey, 'status=reversed'],
    ['operator', operatorKey, 'utr=SIMBN99999999999'],
    ['operator', operatorKey, 'reference_id=REF-1000001'],
    ['operator', operatorKey, 'waiting_for=gateway_paused'],
  ];
  return searches.map(([who, apiKey, query]) => ({
    name: `GET /payouts?${query.replace(/=\d{4}-.*/, '=…')} (${who})`,
    path: `/api/v1/payouts?${query}`,
    apiKey,
  }));
}

/**
 * Lists over two million payouts, one request after the other. The first round runs with cold pages, and is not
 * counted.
 */
export async function measureSearches(
  server: TemporaryServer,
  rounds: number,
  print: (line: string) => void,
): Promise<ReadRun[]> {
  const place = await server.createPlace('bahi_bench_searches');
  const callers = await fillForSearches(place, PAYOUTS);
  print(`filled a book with ${PAYOUTS.toLocaleString('en')} payouts`);
  const api = await ServiceProcess.start('api', { ...place.environment, ...RATE_LIMITS_LIFTED });
  const searches = searchesOf(callers);
  const runs: ReadRun[] = [];
  for (let round = 0; round <= rounds; round++)
    for (const search of searches) {
      const run = await runRead(api, search);
      if (round > 0) runs.push(run);
    }
  await api.stop();
  return runs;
}

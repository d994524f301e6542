import { balanceAfter } from './history.js';
import type { BenchMerchant } from './merchants.js';
import { load, type ServiceProcess } from './processes.js';

export interface ReadRun {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
}

export interface Read {
  readonly name: string;
  readonly path: string;
  readonly apiKey: string;
}

const SECONDS = 0.7;

/** Sends one request after the other on one connection: this measures latency, not throughput. */
export async function runRead(api: ServiceProcess, { name, path, apiKey }: Read): Promise<ReadRun> {
  const requests = [{ method: 'GET' as const, path, apiKey }];
  const { otherStatuses, p50, p99 } = await load({
    ports: [api.port],
    connections: 1,
    seconds: SECONDS,
    requests,
    expectedStatus: 200,
  });
  if (Object.keys(otherStatuses).length > 0) throw new Error(`${path} answered ${JSON.stringify(otherStatuses)}`);
  return { name, p50, p99 };
}

export function readBalance(merchant: BenchMerchant, entries: number): Read {
  const name = `GET /balance, ${entries.toLocaleString('en')} entries in the book`;
  return { name, path: '/api/v1/balance', apiKey: merchant.apiKey };
}

/** @throws if the balance is not that of the whole history */
export async function checkBalance(api: ServiceProcess, merchant: BenchMerchant, entries: number): Promise<void> {
  const { available_paise } = await get(api, '/api/v1/balance', merchant);
  if (available_paise !== balanceAfter(entries)) throw new Error(`the balance is ${available_paise}: it was misread`);
}

/** Few enough for the payouts of a short bench. */
const ROWS_BEFORE = 1_000;

/** The first page of a list, and one far into it, which is reached by its cursor as a client would. */
export async function readPages(api: ServiceProcess, list: string, merchant: BenchMerchant): Promise<Read[]> {
  const path = `/api/v1/${list}?limit=20`;
  const { next } = await get(api, `${path}&offset=${ROWS_BEFORE}`, merchant);
  if (next === null) throw new Error(`${list} has no more than ${ROWS_BEFORE} rows`);
  return [
    { name: `GET /${list}, first page`, path, apiKey: merchant.apiKey },
    { name: `GET /${list}, page behind 1,000 rows`, path: next, apiKey: merchant.apiKey },
  ];
}

async function get({ port }: ServiceProcess, path: string, { apiKey }: BenchMerchant) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'x-api-key': apiKey } });
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
  return (await answer.json()) as { available_paise: number; next: string | null };
}

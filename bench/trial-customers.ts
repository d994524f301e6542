import { randomBytes } from 'node:crypto';
import type { BenchMerchant } from './merchants.js';
import type { PatientClient } from './patient-client.js';
import { RATE_LIMITS_LIFTED } from './processes.js';
import type { Kind, TrialReceiver } from './trial-receivers.js';

/**
 * The shares of the merchants: a fifth has slow receivers, a tenth dead ones, and a tenth receivers that fail at first.
 */
const SHARES: Readonly<Record<Exclude<Kind, 'well'>, number>> = { slow: 0.2, dead: 0.1, failing: 0.1 };

/** Retries take minutes instead of days: 5 ms, 0.3 s, 1.8 s … 86 s. */
export const SETTINGS = {
  ...RATE_LIMITS_LIFTED,
  GATEWAYS: 'always-succeeds',
  WEBHOOK_ALLOW_LOOPBACK: '1',
  WEBHOOK_RETRY_SCALE: '0.001',
  DATA_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
};

/** A merchant with an endpoint for each payout that is requested. */
export interface Customer {
  readonly merchant: BenchMerchant;
  readonly receiver: TrialReceiver;
  readonly endpointId: string;
}

/** The kind of the merchant at this place among all merchants. */
export function kindOf(index: number, merchants: number): Kind {
  const [slow, dead, failing] = [SHARES.slow, SHARES.dead, SHARES.failing].map((share) => Math.ceil(share * merchants));
  if (index < slow!) return 'slow';
  if (index < slow! + dead!) return 'dead';
  return index < slow! + dead! + failing! ? 'failing' : 'well';
}

export async function addEndpoint(
  client: PatientClient,
  { apiKey }: BenchMerchant,
  url: string,
  type = 'payout.requested',
) {
  const body = { url, event_types: [type] };
  const { status, answer } = await client.request('POST', '/webhook-endpoints', apiKey, body);
  if (status !== 201) throw new Error(`an endpoint was refused: ${JSON.stringify(answer)}`);
  return { id: answer['id'] as string, secret: answer['secret'] as string };
}

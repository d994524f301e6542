import type { Authenticator } from '../../platform/http/http.public.js';

interface DemoMerchant {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly key: string;
  readonly balancePaise: bigint;
  /**
   * The bank accounts ending in 0001 (pays), 0002 (is rejected) and 0004 (is paid, but the answer is lost). Lists run
   * from the highest id down, so the one that pays comes first.
   */
  readonly accountIds: readonly [string, string, string];
}

/** Ids never change, so that a documented curl line works after any reset. */
export const DEMO_OPERATOR = { name: 'Demo operator', key: 'operator-key-demo' } as const;
export const DEMO_MERCHANTS: readonly DemoMerchant[] = [
  demoMerchant(1, 'Acme Agency', 'accounts@acme.example', 'api-key-acme-agency', 10_000_00n),
  demoMerchant(2, 'Freelancer Fiaz', 'fiaz@example.org', 'api-key-freelancer-fiaz', 5_000_00n),
  demoMerchant(3, 'Tiny Studio', 'hello@tiny.example', 'api-key-tiny-studio', 100_00n),
];

function demoMerchant(n: number, name: string, email: string, key: string, balancePaise: bigint): DemoMerchant {
  const id = (part: string): string => `01890000-0000-7000-8000-0000000${part}000${n}`;
  return { id: id('0'), name, email, key, balancePaise, accountIds: [id('c'), id('b'), id('a')] };
}

/** A published key, and its owner. */
export interface DemoKey {
  readonly name: string;
  readonly key: string;
  /** Null: the operator's key. */
  readonly merchantId: string | null;
}

/** The published keys that this database accepts, the operator's first. Revoked keys are left out. */
export async function demoKeysOf(authenticator: Authenticator): Promise<readonly DemoKey[]> {
  const merchants = DEMO_MERCHANTS.map(({ id: merchantId, name, key }) => ({ name, key, merchantId }));
  const published = [{ ...DEMO_OPERATOR, merchantId: null }, ...merchants];
  const known = await Promise.all(published.map(({ key }) => authenticator.authenticate(key)));
  return published.filter((_, i) => known[i] !== null);
}

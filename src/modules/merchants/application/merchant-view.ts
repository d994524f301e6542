import type { Merchant } from '../domain/merchant.js';

/** A merchant as operators see it. */
export interface MerchantView {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly is_active: boolean;
  readonly reads_per_second: number | null;
  readonly writes_per_second: number | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export function merchantView(merchant: Merchant): MerchantView {
  return {
    id: merchant.id,
    name: merchant.name,
    email: merchant.email,
    is_active: merchant.isActive,
    reads_per_second: merchant.readsPerSecond,
    writes_per_second: merchant.writesPerSecond,
    created_at: merchant.createdAt.toISOString(),
    updated_at: merchant.updatedAt.toISOString(),
  };
}

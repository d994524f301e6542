/** A party that receives payments and pays out. Its id is also that of its book. */
export interface Merchant {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** An inactive merchant may read, but moves no money: orders that no gateway has yet wait. */
  readonly isActive: boolean;
  /** Requests per second that it, and each of its keys, may send; null: as many as the settings say. */
  readonly readsPerSecond: number | null;
  readonly writesPerSecond: number | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The limits by which each request of the merchant is judged. */
export type MerchantLimits = Pick<Merchant, 'readsPerSecond' | 'writesPerSecond'>;

/** Fields that are left out stay unchanged. */
export interface MerchantChange {
  readonly name?: string;
  readonly email?: string;
  readonly isActive?: boolean;
  readonly readsPerSecond?: number | null;
  readonly writesPerSecond?: number | null;
}

/** More than any number of processes can handle. */
export const MAX_PER_SECOND = 1_000_000;

/** Also the limit for names of keys and of account holders: what banks print (RazorpayX: 3 to 120). */
export const NAME_MAX_LENGTH = 120;

/** RFC 5321 §4.5.3.1.3: a path has at most 256 octets, including its angle brackets. */
export const EMAIL_MAX_LENGTH = 254;

/** A name, an @ and a domain with a dot. Only sending mail shows whether it arrives. */
export const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

const CHANGEABLE = ['name', 'email', 'isActive', 'readsPerSecond', 'writesPerSecond'] as const;

/** The merchant after the change; the same object if nothing differs. */
export function changed(merchant: Merchant, change: MerchantChange, now: Date): Merchant {
  const { name, email, isActive, readsPerSecond, writesPerSecond } = change;
  const after: Merchant = {
    ...merchant,
    name: name ?? merchant.name,
    email: email ?? merchant.email,
    isActive: isActive ?? merchant.isActive,
    // For these two, null is a value: no limit of its own.
    readsPerSecond: readsPerSecond === undefined ? merchant.readsPerSecond : readsPerSecond,
    writesPerSecond: writesPerSecond === undefined ? merchant.writesPerSecond : writesPerSecond,
    updatedAt: now > merchant.updatedAt ? now : merchant.updatedAt,
  };
  return CHANGEABLE.every((field) => after[field] === merchant[field]) ? merchant : after;
}

/** Whether these limits equal the merchant's. If none are stored, the merchant has no limits of its own. */
export function isLimitedAs(stored: MerchantLimits | undefined, merchant: MerchantLimits): boolean {
  return (
    (stored?.readsPerSecond ?? null) === merchant.readsPerSecond &&
    (stored?.writesPerSecond ?? null) === merchant.writesPerSecond
  );
}

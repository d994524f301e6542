/** Who receives payments and pays out. The id is also that of the merchant's book. */
export interface Merchant {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** An inactive merchant reads, and moves no money: what no gateway has yet waits. */
  readonly isActive: boolean;
  /** Requests that it may send, and each of its keys; null: as many as the settings say. */
  readonly readsPerSecond: number | null;
  readonly writesPerSecond: number | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What each request of the merchant is measured by. */
export type MerchantLimits = Pick<Merchant, 'readsPerSecond' | 'writesPerSecond'>;

/** What is left out stays as it is. */
export interface MerchantChange {
  readonly name?: string;
  readonly email?: string;
  readonly isActive?: boolean;
  readonly readsPerSecond?: number | null;
  readonly writesPerSecond?: number | null;
}

/** More than any number of processes accepts. */
export const MAX_PER_SECOND = 1_000_000;

/** Also the limit for names of keys and of account holders: what banks print (RazorpayX: 3 to 120). */
export const NAME_MAX_LENGTH = 120;

/** RFC 5321 §4.5.3.1.3: a path is 256 octets long, its angle brackets included. */
export const EMAIL_MAX_LENGTH = 254;

/** Somebody, somewhere with a dot. Whether mail arrives is only known by sending one. */
export const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

const CHANGEABLE = ['name', 'email', 'isActive', 'readsPerSecond', 'writesPerSecond'] as const;

/** The merchant after the change; the very same object when nothing is different. */
export function changed(merchant: Merchant, change: MerchantChange, now: Date): Merchant {
  const { name, email, isActive, readsPerSecond, writesPerSecond } = change;
  const after: Merchant = {
    ...merchant,
    name: name ?? merchant.name,
    email: email ?? merchant.email,
    isActive: isActive ?? merchant.isActive,
    // Null is a value of these: none of its own.
    readsPerSecond: readsPerSecond === undefined ? merchant.readsPerSecond : readsPerSecond,
    writesPerSecond: writesPerSecond === undefined ? merchant.writesPerSecond : writesPerSecond,
    updatedAt: now > merchant.updatedAt ? now : merchant.updatedAt,
  };
  return CHANGEABLE.every((field) => after[field] === merchant[field]) ? merchant : after;
}

/** The same two where none is stored: none of its own. */
export function isLimitedAs(stored: MerchantLimits | undefined, merchant: MerchantLimits): boolean {
  return (
    (stored?.readsPerSecond ?? null) === merchant.readsPerSecond &&
    (stored?.writesPerSecond ?? null) === merchant.writesPerSecond
  );
}

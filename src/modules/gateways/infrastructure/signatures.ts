import { timingSafeEqual } from 'node:crypto';

/**
 * Whether any of the secrets produces this signature, so that one secret can replace another without a gap. The time
 * that it takes does not reveal how much of a guess is right.
 */
export function isSignedWithAny(
  secrets: readonly string[],
  signature: Buffer,
  sign: (secret: string) => Buffer,
): boolean {
  const matches = secrets
    .map(sign)
    .map((right) => signature.length === right.length && timingSafeEqual(signature, right));
  return matches.includes(true);
}

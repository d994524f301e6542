import { timingSafeEqual } from 'node:crypto';

/**
 * Whether any of the secrets makes this signature: while one replaces another, both do. How long it takes reveals
 * nothing of how much of a guess is right.
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

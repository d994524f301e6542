import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * SHA-256 over the parts in order, texts as UTF-8. 32 bytes. The functions of this file are the kernel's only use of
 * Node.
 */
export function sha256(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** The same, over one part, as 64 hexadecimal digits. */
export function sha256Hex(part: string | Uint8Array): string {
  return createHash('sha256').update(part).digest('hex');
}

/** HMAC-SHA-256 under the secret, over the parts in order. 64 hexadecimal digits. */
export function hmacSha256(secret: string, ...parts: readonly (string | Uint8Array)[]): string {
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}

/**
 * Compares two signatures of one length in constant time: how long it takes does not reveal how much of a guess is
 * right.
 */
export function isSameSignature(a: string, b: string): boolean {
  const bytes = new TextEncoder();
  return timingSafeEqual(bytes.encode(a), bytes.encode(b));
}

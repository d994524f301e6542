import { Buffer } from 'node:buffer';
import { createHmac, hash, timingSafeEqual } from 'node:crypto';

/**
 * SHA-256 over the parts in order, texts as UTF-8; 32 bytes. The functions of this file are the kernel's only use of
 * Node.
 */
export function sha256(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  // Through a binary string: Node makes it, and a buffer from it, in half the time that it takes to return a buffer.
  return Buffer.from(hash('sha256', joined(parts), 'binary'), 'binary');
}

function joined(parts: readonly (string | Uint8Array)[]): string | Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}

/** SHA-256 of one part, as 64 hexadecimal digits. */
export function sha256Hex(part: string | Uint8Array): string {
  return hash('sha256', part, 'hex');
}

/** HMAC-SHA-256 over the parts in order, keyed with the secret. 64 hexadecimal digits. */
export function hmacSha256(secret: string, ...parts: readonly (string | Uint8Array)[]): string {
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}

/**
 * Compares two signatures of the same length in constant time, so that the time does not reveal how much of a guess is
 * right.
 */
export function isSameSignature(a: string, b: string): boolean {
  const bytes = new TextEncoder();
  return timingSafeEqual(bytes.encode(a), bytes.encode(b));
}

import { createHash } from 'node:crypto';

/** AES-256. */
export const DATA_KEY_BYTES = 32;

/** 32 bytes in base64 or base64url; null for any other text. */
export function dataKeyOf(text: string): Buffer | null {
  const key = Buffer.from(text, 'base64');
  return /^[\w+/-]{43}=?$/.test(text) && key.length === DATA_KEY_BYTES ? key : null;
}

/** The id by which a ciphertext names its key. It is shown in messages, and reveals nothing about the key. */
export function keyIdOf(key: Buffer): string {
  return createHash('sha256').update('bahi data key ').update(key).digest('hex').slice(0, 12);
}

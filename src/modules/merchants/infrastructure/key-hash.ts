import { hash } from 'node:crypto';

/** SHA-256 in hexadecimal, which identifies a key in the cache and in the table. */
export function keyHash(key: string): string {
  return hash('sha256', key, 'hex');
}

import { createHash } from 'node:crypto';

/** SHA-256 over the parts in order, texts as UTF-8. 32 bytes. A pure function; the kernel's only use of Node. */
export function sha256(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** The same, over one text, as 64 hexadecimal digits. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

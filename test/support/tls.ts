import { fileURLToPath } from 'node:url';

/**
 * Certificates for tests, valid for a hundred years: `server.crt` and `server.key` for localhost (not for 127.0.0.1),
 * signed by `ca.crt`; and `other-ca.crt`, which has signed nothing.
 */
export function tlsFile(name: 'ca.crt' | 'other-ca.crt' | 'server.crt' | 'server.key'): string {
  return fileURLToPath(new URL(`tls/${name}`, import.meta.url));
}

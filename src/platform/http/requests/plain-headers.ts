import type { IncomingMessage } from 'node:http';
import { ProtocolError } from '../problems/refusals.js';

/**
 * Far more than clients and proxies send. Node reads 2,000 and silently drops the others, perhaps with a second key.
 */
const MAX_HEADERS = 100;

/**
 * Headers that a request may have only once, in lower case. Node takes the first of two `Host` or `Authorization`
 * headers and joins two of any other name with a comma; a proxy may take the last one, or check one and pass on the
 * other.
 */
const ONCE = ['host', 'authorization', 'x-api-key', 'x-merchant-id', 'idempotency-key', 'content-type'] as const;

/** Most other names already differ from these in their length. */
const LENGTHS = new Set<number>(ONCE.map(({ length }) => length));

/** @returns why the headers are not plain, or null */
export function refusalOfHeaders({ rawHeaders, headers: { expect } }: IncomingMessage): ProtocolError | null {
  if (expect !== undefined && expect.toLowerCase() !== '100-continue')
    return new ProtocolError('malformed_request', 'The header Expect may be 100-continue and nothing else.');
  if (rawHeaders.length > 2 * MAX_HEADERS)
    return new ProtocolError('headers_too_large', `The request has more than ${MAX_HEADERS} headers.`);
  let seen = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    if (!LENGTHS.has(name.length)) continue;
    const index = (ONCE as readonly string[]).indexOf(name.toLowerCase());
    if (index === -1) continue;
    if ((seen & (1 << index)) !== 0)
      return new ProtocolError('malformed_request', `The header ${name} is repeated. Send it once.`);
    seen |= 1 << index;
  }
  return null;
}

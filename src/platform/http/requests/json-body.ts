import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import { assertPlain } from './plain-json.js';
import { ProtocolError } from '../problems/refusals.js';

/**
 * Reads a JSON body. An empty one is `undefined`: a POST without a body is fine where none is required, even when the
 * client labels it as JSON. A member named `__proto__` is an ordinary own member here, and no request has a field of
 * that name.
 * @throws ProtocolError `malformed_json`, `unsupported_media_type`; ValidationFailed as {@link assertPlain}
 */
export function parseJsonBody(request: FastifyRequest, bytes: Buffer): unknown {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw new ProtocolError('unsupported_media_type', 'Send the body without a content encoding.');
  assertUtf8(request.headers['content-type'] ?? '');
  if (bytes.length === 0) return undefined;
  // Decoding replaces broken bytes silently, and the money would go to a name that nobody wrote (RFC 8259 §8.1).
  if (!isUtf8(bytes)) throw new ProtocolError('malformed_json', 'The body is not valid UTF-8.');
  const text = bytes.toString('utf8');
  const value = parsed(text);
  assertPlain(text, value);
  return value;
}

/** JSON has one character set (RFC 8259 §8.1). @throws ProtocolError if the caller names another one */
function assertUtf8(contentType: string): void {
  for (const [, charset = ''] of contentType.matchAll(/;\s*charset\s*=\s*"?([^";\s]*)/gi))
    if (!/^utf-?8$/i.test(charset))
      throw new ProtocolError(
        'unsupported_media_type',
        'Send the body in UTF-8. Other character sets are not supported.',
      );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's message quotes the body, which may hold an account number; only the position is passed on.
    const position = /position \d+/.exec(String(error))?.[0];
    throw new ProtocolError('malformed_json', `The body is not valid JSON${position ? ` (${position})` : ''}.`);
  }
}

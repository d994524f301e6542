import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import { ProtocolError } from './refusals.js';

/**
 * Reads a JSON body. An empty one is `undefined`: a POST without a body is fine where none is asked for, even when the
 * client labels it as JSON. A member named `__proto__` is an ordinary own member here, and no request knows a field of
 * that name.
 * @throws ProtocolError `malformed_json`, `unsupported_media_type`
 */
export function parseJsonBody(request: FastifyRequest, bytes: Buffer): unknown {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw new ProtocolError('unsupported_media_type', 'Send the body without a content encoding.');
  if (bytes.length === 0) return undefined;
  // Decoding replaces broken bytes silently, and the money would go to a name that nobody wrote (RFC 8259 §8.1).
  if (!isUtf8(bytes)) throw new ProtocolError('malformed_json', 'The body is not valid UTF-8.');
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    // The parser's message quotes the body, which may hold an account number; only the position is passed on.
    const position = /position \d+/.exec(String(error))?.[0];
    throw new ProtocolError('malformed_json', `The body is not valid JSON${position ? ` (${position})` : ''}.`);
  }
}

/** The headers of the API's answers, as its OpenAPI document describes them. */
const HEADERS = {
  'X-Request-Id': {
    description: 'The id that the caller sent, or a new one. It is in the logs, and in the `request_id` of a problem.',
    required: true,
    schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,128}$' },
    example: 'd27808c09f87-7',
  },
  'Cache-Control': {
    description: 'Browsers and proxies must not store any answer.',
    required: true,
    schema: { type: 'string', enum: ['no-store'] },
  },
  'X-Content-Type-Options': {
    description: 'Browsers must take the content for what `Content-Type` says.',
    required: true,
    schema: { type: 'string', enum: ['nosniff'] },
  },
  Location: {
    description: 'The path of the new resource.',
    required: true,
    schema: { type: 'string', format: 'uri-reference' },
    example: '/api/v1/payouts/0198f0a2-7c1e-7b53-9d2a-4f6e8a1b2c3d',
  },
  'Idempotent-Replayed': {
    description: 'The same request was sent before under this Idempotency-Key, and this is the answer to it.',
    schema: { type: 'string', enum: ['true'] },
  },
  'X-Cache': {
    description: 'Whether the answer came from the cache (`HIT`) or not (`MISS`).',
    required: true,
    schema: { type: 'string', enum: ['HIT', 'MISS'] },
  },
  'Content-Disposition': {
    description: 'The file name under which a browser saves the answer.',
    required: true,
    schema: { type: 'string' },
    example: 'attachment; filename="payouts-2026-11-26.csv"',
  },
  'Retry-After': {
    description: 'How many seconds to wait before trying again.',
    required: true,
    schema: { type: 'integer', minimum: 1 },
    example: 1,
  },
  'RateLimit-Policy': {
    description:
      'How many requests (`q`) of this kind, reads or writes, may be sent with this key, and with all keys of ' +
      'its merchant together, in a window of `w` seconds (draft-ietf-httpapi-ratelimit-headers).',
    schema: { type: 'string' },
    example: '"key-writes";q=10000;w=1, "merchant-writes";q=20000;w=1',
  },
  RateLimit: {
    description:
      'How many of them are left (`r`), as far as this process knows, and in how many seconds more are allowed ' +
      '(`t`).',
    schema: { type: 'string' },
    example: '"key-writes";r=9999;t=1, "merchant-writes";r=19999;t=1',
  },
  'WWW-Authenticate': {
    description: 'How to send a key (RFC 9110).',
    required: true,
    schema: { type: 'string' },
    example: 'Api-Key realm="bahi", Bearer realm="bahi"',
  },
} as const;

type HeaderName = keyof typeof HEADERS;

/** References to headers, for an answer. */
export function headers(...names: readonly HeaderName[]): Record<string, { $ref: string }> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

export const HEADER_COMPONENTS: Readonly<Record<string, object>> = HEADERS;

/** The headers of every answer. */
const COMMON_HEADERS = headers('X-Request-Id', 'Cache-Control', 'X-Content-Type-Options');

const LIMIT_HEADERS = headers('RateLimit-Policy', 'RateLimit');

/** The headers of an answer that is no problem. @param isLimited whether the endpoint counts its requests */
export function answerHeaders(isLimited: boolean, isNew: boolean): Record<string, object> {
  return { ...COMMON_HEADERS, ...(isLimited ? LIMIT_HEADERS : {}), ...(isNew ? headers('Location') : {}) };
}

/**
 * The headers of a problem document with this status; whether there are limits depends on the endpoint and the key. A
 * refusal that a key remembers is replayed like a success.
 */
export function problemHeaders(status: number): Record<string, object> {
  const own: readonly HeaderName[] = OF_STATUS[status] ?? [];
  return { ...COMMON_HEADERS, ...LIMIT_HEADERS, ...headers(...own) };
}

const OF_STATUS: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ['WWW-Authenticate'],
  409: ['Idempotent-Replayed'],
  422: ['Idempotent-Replayed'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

import type { Fault } from '../domain/hook-sender.js';

/**
 * Why there was no answer. The reason is one of a fixed set of texts, which people and programs read. It never contains
 * what libraries and servers report themselves, as this could reveal something about internal servers.
 */
export class OutgoingFailure extends Error {
  constructor(
    readonly reason: string,
    readonly fault: Fault = 'receiver',
  ) {
    super(reason);
  }
}

export const timedOut = (): OutgoingFailure => new OutgoingFailure('no answer in time');

/** The reasons by error code. The details behind a code are of no use to the reader. */
const KINDS: readonly (readonly [RegExp, string, Fault?])[] = [
  [/^ETIMEDOUT$/, 'no answer in time'],
  [/^ECONNREFUSED$/, 'connection refused'],
  [/^(ECONNRESET|EPIPE|ECONNABORTED)$/, 'connection broken off'],
  [/^(ENETUNREACH|EHOSTUNREACH|ENETDOWN|EHOSTDOWN)$/, 'unreachable'],
  [/^CERT_HAS_EXPIRED$/, 'the certificate has expired'],
  [/^ERR_TLS_CERT_ALTNAME/, 'the certificate is for another name'],
  [/^(CERT_|DEPTH_ZERO_SELF|SELF_SIGNED|UNABLE_TO_|INVALID_CA|HOSTNAME_MISMATCH)/, 'the certificate is not trusted'],
  [/^(EPROTO|ERR_SSL_|ERR_TLS_)/, 'TLS could not be established'],
  [/^HPE_/, 'the answer is not HTTP'],
  // This process has run out of something.
  [/^(EMFILE|ENFILE|ENOMEM|ENOBUFS|EADDRNOTAVAIL)$/, 'no connection could be made from here', 'egress'],
  // A firewall of our own.
  [/^(EACCES|EPERM)$/, 'no connection could be made from here', 'own'],
];

/** The reason for which an attempt to connect, or to get an answer, has failed. */
export function failureOf(error: unknown): OutgoingFailure {
  if (error instanceof OutgoingFailure) return error;
  const code = codeOf(error);
  const kind = KINDS.find(([pattern]) => pattern.test(code));
  return kind === undefined ? new OutgoingFailure('the connection failed') : new OutgoingFailure(kind[1], kind[2]);
}

/** If several addresses were tried, each has its own error; the last one says as much as any. */
function codeOf(error: unknown): string {
  const { code, errors } = error as NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] };
  return code !== undefined && code !== 'ERR_AGGREGATE' ? code : (errors?.at(-1)?.code ?? '');
}

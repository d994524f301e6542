/** Node's messages when TLS cannot be established: an unknown or wrong certificate, above all. */
const TLS_CODES = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_)/;
const TLS_MESSAGES = /^The server does not support SSL connections|^SECURITY WARNING: Using sslmode/;

/** Whether the server answers, but TLS cannot be established with it. Waiting does not help. */
export function isTlsRefusal(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return (
    (typeof code === 'string' && TLS_CODES.test(code)) || (typeof message === 'string' && TLS_MESSAGES.test(message))
  );
}

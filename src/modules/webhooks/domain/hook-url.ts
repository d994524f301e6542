/** Longer ones are no address of a receiver; and everything between here and there takes so many. */
export const MAX_URL_LENGTH = 2_048;

/** Where an endpoint may be, by its address alone. Where its name leads is looked at each time something is sent. */
export interface UrlRules {
  /** Receivers on this machine are allowed, by http too: for trying out. */
  readonly allowLoopback: boolean;
}

/**
 * An address to which events may be sent, or the sentence that says why not. `URL` writes hosts in one way only: `0x7f.1`
 * is 127.0.0.1 here, as it will be for whoever connects.
 */
export function hookUrl(text: string, { allowLoopback }: UrlRules): URL | string {
  const url = URL.canParse(text) ? new URL(text) : null;
  // Sent is what it is when all that must be escaped is.
  if (url === null || Math.max(text.length, url.href.length) > MAX_URL_LENGTH)
    return 'The url must be an address such as https://example.com/hook.';
  const schemes = allowLoopback ? ['https:', 'http:'] : ['https:'];
  if (!schemes.includes(url.protocol)) return 'The url must begin with https://.';
  if (url.username !== '' || url.password !== '') return 'The url must not contain a name or a password.';
  if (url.hash !== '') return 'The url must not contain a #.';
  // Below are mail, SSH, databases' old ports: what was never meant for HTTP.
  if (url.port !== '' && Number(url.port) <= 1_024) return 'The port must be 443, or above 1024.';
  if (url.protocol === 'http:' && url.port === '') return 'The port must be 443, or above 1024.';
  return url;
}

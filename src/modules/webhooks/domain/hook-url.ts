/** Long enough for any receiver's address, and accepted by everything between here and there. */
export const MAX_URL_LENGTH = 2_048;

/**
 * Which addresses an endpoint may have, judged by the text alone. What the name resolves to is checked at each sending.
 */
export interface UrlRules {
  /** Allows receivers on this machine, by http too, to try things out. */
  readonly allowLoopback: boolean;
}

/**
 * An address to which events may be sent, or the sentence that says why not. `URL` normalizes hosts: `0x7f.1` is
 * 127.0.0.1 here, as it will be when the connection is made.
 */
export function hookUrl(text: string, { allowLoopback }: UrlRules): URL | string {
  const url = URL.canParse(text) ? new URL(text) : null;
  // `href` is what is sent: escaping can make it longer than the text.
  if (url === null || Math.max(text.length, url.href.length) > MAX_URL_LENGTH)
    return 'The url must be an address such as https://example.com/hook.';
  const schemes = allowLoopback ? ['https:', 'http:'] : ['https:'];
  if (!schemes.includes(url.protocol)) return 'The url must begin with https://.';
  if (url.username !== '' || url.password !== '') return 'The url must not contain a name or a password.';
  if (url.hash !== '') return 'The url must not contain a #.';
  // Lower ports belong to mail, SSH, old databases: services that were never meant for HTTP.
  if (url.port !== '' && Number(url.port) <= 1_024) return 'The port must be 443, or above 1024.';
  if (url.protocol === 'http:' && url.port === '') return 'The port must be 443, or above 1024.';
  return url;
}

import { Webhook } from 'standardwebhooks';

/**
 * The headers of Standard Webhooks 1.0, with one signature of id, time and body for each secret, separated by spaces.
 * @param at when this attempt is made: receivers refuse times that are five minutes off
 */
export function signedHeaders(
  { id, at, body }: { readonly id: string; readonly at: Date; readonly body: string },
  secrets: readonly string[],
): Record<string, string> {
  const seconds = new Date(Math.floor(at.getTime() / 1_000) * 1_000);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds.getTime() / 1_000),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, seconds, body)).join(' '),
  };
}

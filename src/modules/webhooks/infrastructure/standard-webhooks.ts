import { Webhook } from 'standardwebhooks';

/**
 * The headers of Standard Webhooks 1.0: a signature for each secret over id, time and body, with a space between them.
 * @param at when this attempt is made: receivers refuse what is five minutes off
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

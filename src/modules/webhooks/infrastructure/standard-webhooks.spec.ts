import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { hookSecret } from '../domain/webhook-endpoint.js';
import { signedHeaders } from './standard-webhooks.js';

/** The example in the specification's own libraries, the same in each language. */
const PUBLISHED = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  seconds: 1_614_265_330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

const newSecret = (): string => hookSecret(crypto.getRandomValues(new Uint8Array(32)));

describe('the headers of a message', () => {
  it('are those of the published example, which plain HMAC makes too', () => {
    const { secret, id, seconds, body, signature } = PUBLISHED;
    const at = new Date(seconds * 1_000 + 999);
    expect(signedHeaders({ id, at, body }, [secret])).toEqual({
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signature,
    });
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    expect(`v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`).toBe(signature);
  });

  it('carry a signature for each secret, and a receiver with either one accepts them', () => {
    const before = newSecret();
    const now = newSecret();
    const stranger = newSecret();
    const body = '{"name":"आशा"}';
    const headers = signedHeaders({ id: 'msg_1', at: new Date(), body }, [now, before]);
    expect(headers['webhook-signature']!.split(' ')).toHaveLength(2);
    for (const secret of [before, now]) expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => new Webhook(stranger).verify(body, headers)).toThrow();
    expect(() => new Webhook(now).verify(body.replace('आशा', 'आशी'), headers)).toThrow();
  });
});

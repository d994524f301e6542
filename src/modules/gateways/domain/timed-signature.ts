import { hmacSha256, isSameSignature } from '../../../shared/sha256.js';
import { CallbackRefused, jsonOf } from './callback-events.js';
import type { Callback } from '../gateways.language.js';

/** As Stripe's libraries have it: clocks differ, and a delivery may have waited. */
const TOLERANCE_SECONDS = 300;

/** As Stripe signs its webhooks: the time is signed with the body, so that what was recorded cannot be sent later. */
export function timedSignature(body: Uint8Array, secret: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  return `t=${seconds},v1=${signatureOf(seconds, body, secret)}`;
}

/**
 * The message, if it was signed so within the last minutes; undefined if it is no JSON.
 * @param secrets any of them counts: while one replaces the other, both do
 * @throws CallbackRefused
 */
export function messageSignedBy(secrets: readonly string[], header: string, callback: Callback): unknown {
  const { headers, body, receivedAt } = callback;
  const parts = String(headers[header] ?? '').split(',');
  const time = parts.find((part) => /^t=\d{1,12}$/.test(part));
  if (time === undefined) throw new CallbackRefused('The time of the signature is missing.');
  const seconds = Number(time.slice(2));
  const signatures = parts.filter((part) => /^v1=[0-9a-f]{64}$/.test(part)).map((part) => part.slice(3));
  const expected = secrets.map((secret) => signatureOf(seconds, body, secret));
  const isSigned = signatures.some((signature) => expected.some((right) => isSameSignature(signature, right)));
  if (!isSigned) throw new CallbackRefused('The signature is missing or wrong.');
  if (!(Math.abs(receivedAt.getTime() / 1000 - seconds) <= TOLERANCE_SECONDS))
    throw new CallbackRefused(`The signature is more than ${TOLERANCE_SECONDS} seconds away from now.`);
  return jsonOf(body);
}

function signatureOf(seconds: number, body: Uint8Array, secret: string): string {
  return hmacSha256(secret, `${seconds}.`, body);
}

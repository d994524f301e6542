import { hmacSha256, isSameSignature } from '../../../shared/sha256.js';
import { CallbackRefused, jsonOf } from './callback-events.js';
import type { Callback } from '../gateways.language.js';

/** The default of Stripe's libraries: clocks differ, and a delivery may have waited. */
const TOLERANCE_SECONDS = 300;

/** Signed as Stripe signs its webhooks: the time is signed with the body, so that a recorded message expires. */
export function timedSignature(body: Uint8Array, secret: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  return `t=${seconds},v1=${signatureOf(seconds, body, secret)}`;
}

/**
 * The JSON of a message that was signed with {@link timedSignature} within the tolerance; undefined if it is not JSON.
 * @param secrets any of them is accepted, so that one secret can replace another without a gap
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

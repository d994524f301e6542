import { createHmac } from 'node:crypto';
import { formatPaise } from '../../shared/money.js';
import { type Config, StartupError } from '../../platform/config/config.public.js';
import { HttpSettings } from '../../platform/http/http.public.js';
import { CURRENCY_DECIMALS } from '../../modules/gateways/gateways.language.js';
import { signedHeaders } from '../../modules/webhooks/webhooks.module.js';
import { EVENT_TYPES, type EventType } from '../../modules/webhooks/webhooks.public.js';
import { onStopSignal } from '../stop-signals.js';
import type { Arguments } from './command-line.js';
import { EventFollower } from './event-follower.js';

/** The time for which Bahi waits for a receiver's answer. */
const ANSWER_MS = 10_000;

type Print = (line: string) => void;

/**
 * Prints the events of a merchant as they come, and forwards them to a receiver that the service cannot reach, such as
 * one on a developer's machine. Needs the API alone, no database. Ctrl-C ends it.
 */
export async function listen(config: Config, given: Arguments['listen'], print: Print): Promise<number> {
  const stop = new AbortController();
  onStopSignal(() => stop.abort());
  // The reader of the output (`listen | head`) has closed it.
  process.stdout.once('error', () => stop.abort());
  const url = given.url ?? `http://127.0.0.1:${config.get(HttpSettings).port}`;
  return followEvents({ ...given, url }, print, stop.signal);
}

/** @returns the exit code @throws StartupError when there is no such event type, or the service refuses the key */
export async function followEvents(
  { url, key, merchantId, forwardTo, types }: Arguments['listen'] & { readonly url: string },
  print: Print,
  signal: AbortSignal,
): Promise<number> {
  const unknown = types?.find((type) => !(EVENT_TYPES as readonly string[]).includes(type));
  if (unknown !== undefined)
    throw new StartupError(`There is no event "${unknown}". --events takes these: ${EVENT_TYPES.join(', ')}.`);
  const follower = new EventFollower({ url, key, merchantId }, print, signal);
  await follower.connect();
  const secret = secretOf(key);
  print(`Listening at ${url} for events after number ${follower.position}. Ctrl-C stops it.`);
  if (forwardTo !== null) {
    print(`Forwarding to ${forwardTo}, signed with this secret, which is always the same for this key:`);
    print(secret);
  }
  for await (const { id, type, data } of follower.messages()) {
    if (type === 'reset') {
      print(`Events up to ${id} are no longer kept, or never existed. Continuing after it.`);
      continue;
    }
    const event = JSON.parse(data) as ShownEvent;
    if (types?.includes(event.type) === false) continue;
    print(lineOf(event));
    if (forwardTo !== null) print(`  ${await forwarded({ url: forwardTo, id: event.id, body: data, secret }, signal)}`);
  }
  print(`Stopped after event ${follower.position}.`);
  return 0;
}

/** The secret does not reveal the key. It is the same each time, so the receiver can keep it. */
function secretOf(key: string): string {
  return `whsec_${createHmac('sha256', key).update('bahi listen').digest('base64')}`;
}

/** The object of an event: a payout, a payment, a refund, or something else. */
interface ShownObject {
  readonly id?: string;
  readonly amount_paise?: number;
  readonly amount?: number;
  readonly currency?: string;
}

/** The parts of an event that are printed. */
interface ShownEvent {
  readonly id: string;
  readonly type: EventType;
  readonly created_at: string;
  readonly sequence: number;
  readonly data: { readonly object: ShownObject };
}

function lineOf({ type, created_at: at, sequence, data: { object } }: ShownEvent): string {
  return [at.replace(/\.\d+Z$/, 'Z'), `#${sequence}`, type.padEnd(22), amountIn(object), object.id ?? '']
    .join('  ')
    .trimEnd();
}

/** Rupees where there are any, otherwise what the payer paid in their own currency. */
function amountIn({ amount_paise: paise, amount, currency }: ShownObject): string {
  if (paise !== undefined) return formatPaise(BigInt(paise));
  if (amount === undefined || currency === undefined) return '';
  if (currency === 'INR') return formatPaise(BigInt(amount));
  const decimals = (CURRENCY_DECIMALS as Readonly<Record<string, number>>)[currency] ?? 0;
  const digits = String(amount).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  return `${currency} ${whole}${decimals === 0 ? '' : `.${digits.slice(-decimals)}`}`;
}

interface Forwarding {
  readonly url: string;
  readonly id: string;
  readonly body: string;
  readonly secret: string;
}

/** Sends the event once, as Bahi would. @returns the result, for people */
async function forwarded({ url, id, body, secret }: Forwarding, signal: AbortSignal): Promise<string> {
  const began = performance.now();
  const headers = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Bahi-Listen' };
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...headers, ...signedHeaders({ id, at: new Date(), body }, [secret]) },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
    });
    await answer.body?.cancel();
    const taken = answer.ok ? 'accepted' : 'not accepted; answer with a 2xx to accept it';
    return `→ ${answer.status} in ${Math.round(performance.now() - began)} ms (${taken})`;
  } catch (error) {
    if (signal.aborted) return '→ interrupted';
    if (error instanceof DOMException && error.name === 'TimeoutError')
      return '→ no answer within ten seconds: answer 2xx first, and do the work afterwards';
    return `→ no answer (${causeOf(error)}): is your server running, and is this its address?`;
  }
}

function causeOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : String(error);
}

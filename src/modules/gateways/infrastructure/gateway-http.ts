import { createHash } from 'node:crypto';
import { AccessRefused, AskLater } from '../domain/listed-orders.js';
import { NoAnswer } from '../domain/no-answer.js';

/** Far more than any answer about one transfer. A larger answer is not read to its end. */
const MAX_ANSWER_BYTES = 256 * 1024;

/** The limit for a page of a hundred orders, each with all the notes or metadata that it may have. */
export const MAX_PAGE_BYTES = 4 * 1024 * 1024;

export interface GatewayRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as a form; an alternative to `body`. */
  readonly form?: URLSearchParams;
  /** The largest answer that is read. Left out: the limit for an answer about one transfer. */
  readonly maxBytes?: number;
  readonly signal: AbortSignal;
}

export interface GatewayResponse {
  readonly status: number;
  /** The parsed body. Nobody knows who wrote it, so check it before relying on it. */
  readonly json: unknown;
  /** SHA-256, hexadecimal, of the body's bytes. */
  readonly digest: string;
}

/**
 * Asks a bank over HTTP. Follows no redirect, which would send account numbers to another address.
 * @throws NoAnswer when nobody answers
 * @throws Error when the answer is a redirect, too large, or not JSON; its text is not quoted, since it may contain
 *   anything
 */
export async function ask(url: string, request: GatewayRequest): Promise<GatewayResponse> {
  const answer = await answerTo(url, request);
  const bytes = await bytesOf(answer, request.maxBytes ?? MAX_ANSWER_BYTES);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { status: answer.status, json: parsed(bytes, answer.status), digest };
}

/**
 * Asks for a page of a list.
 * @param bank the name of the bank in error messages
 * @throws AskLater when the bank says how long to wait before the next request (`Retry-After`, with 429 and 503)
 * @throws AccessRefused when the bank refuses the credentials (401), or access from this address (403)
 * @throws Error for any other status than 200, and otherwise as {@link ask}
 */
export async function askForPage(
  bank: string,
  url: string,
  request: Pick<GatewayRequest, 'headers' | 'signal'>,
): Promise<unknown> {
  const answer = await answerTo(url, { ...request, method: 'GET' });
  const { status, headers } = answer;
  if (status === 200) return parsed(await bytesOf(answer, MAX_PAGE_BYTES), status);
  // The body is not read: servers in front of the bank answer with HTML.
  await answer.body?.cancel();
  const why = `${bank} answered ${status}`;
  const patience = headers.get('retry-after') ?? '';
  if (/^\d{1,6}$/.test(patience)) throw new AskLater(why, Number(patience));
  throw REFUSES_ACCESS.has(status)
    ? new AccessRefused(`${why}: it refuses the credentials, or the address that asks`)
    : new Error(why);
}

/** Unauthorized, Forbidden (RFC 9110 §15.5). */
const REFUSES_ACCESS: ReadonlySet<number> = new Set([401, 403]);

async function answerTo(url: string, request: GatewayRequest): Promise<Response> {
  const { method, signal } = request;
  const answer = await fetch(url, {
    method,
    ...contentOf(request),
    redirect: 'manual',
    signal,
  }).catch((error: unknown) => {
    // "fetch failed" says nothing; its cause does (ECONNREFUSED).
    throw new NoAnswer(`the bank could not be reached: ${causeOf(error)}`);
  });
  if (answer.status >= 300 && answer.status < 400) throw new Error(`the bank redirects (${answer.status})`);
  return answer;
}

function contentOf({ headers, body, form }: GatewayRequest): Pick<RequestInit, 'headers' | 'body'> {
  const accept = 'application/json';
  if (body !== undefined)
    return { headers: { accept, 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
  // `fetch` sets the content type of a form by itself.
  return { headers: { accept, ...headers }, ...(form === undefined ? {} : { body: form }) };
}

async function bytesOf(answer: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`the bank's answer has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parsed(bytes: Buffer, status: number): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Error(`the bank answered ${status} with what is no JSON`);
  }
}

function causeOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: unknown; message?: unknown }; message?: unknown };
  return String(cause?.code ?? cause?.message ?? message);
}

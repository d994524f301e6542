import { setTimeout as pause } from 'node:timers/promises';
import { StartupError } from '../../platform/config/config.public.js';
import { API_PREFIX } from '../../platform/http/http.public.js';
import { sseMessages, type StreamMessage } from './sse-messages.js';

/** Heartbeats come every 15 seconds: after three missing ones the connection is dead, whatever the network says. */
const SILENCE_MS = 45_000;

/**
 * Pauses between attempts to connect. After a stream that lasted longer than the longest pause, the first pause is used
 * again.
 */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

const ANSWER_MS = 10_000;

export interface EventSource {
  /** The address of the service: `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly key: string;
  /** For an operator's key. */
  readonly merchantId: string | null;
}

/**
 * Follows the events of a merchant from now on, each once and in order. After an interruption it continues after the
 * last event that was taken, and it waits for a service that is restarting.
 */
export class EventFollower {
  /** The number of the last event that was taken; 0: before the first. */
  position = 0;

  constructor(
    private readonly source: EventSource,
    /** Reports that the connection was lost, and that it is back. */
    private readonly note: (line: string) => void,
    private readonly signal: AbortSignal,
  ) {}

  /** Moves to just after the newest event. @throws StartupError when nothing answers, or the key is refused */
  async connect(): Promise<void> {
    const { kind } = await this.first<{ kind?: string }>('session', 'kind');
    if (kind === 'operator' && this.source.merchantId === null)
      throw new StartupError('An operator key follows one merchant: add --merchant ID.');
    const { results = [] } = await this.first<{ results?: { sequence: number }[] }>('events?limit=1', 'results');
    this.position = results[0]?.sequence ?? 0;
  }

  /** @param member a member that every answer of Bahi has; without it the answer is not Bahi's */
  private async first<T extends object>(path: string, member: keyof T): Promise<T> {
    const { url } = this.source;
    const answer = await this.get(path, {}).catch(() => {
      throw new StartupError(
        `Nothing answers at ${url}. Start the service (make start), or name another one with --url.`,
      );
    });
    if (!answer.ok) throw await refusalOf(answer, url);
    const body = (await answer.json().catch(() => ({}))) as T;
    if (body[member] === undefined)
      throw new StartupError(`The server at ${url} is not Bahi. Give the address of the service with --url.`);
    return body;
  }

  /** Ends when the signal is aborted. @throws StartupError when the key is no longer valid */
  async *messages(): AsyncGenerator<StreamMessage> {
    let pauseMs = FIRST_PAUSE_MS;
    let isLost = false;
    while (!this.signal.aborted) {
      const began = performance.now();
      try {
        const answer = await this.get('events/stream', { 'last-event-id': String(this.position) });
        if (!answer.ok && !isForAWhile(answer.status)) throw await refusalOf(answer, this.source.url);
        if (answer.ok) {
          if (isLost) this.note(`Connected again, after event ${this.position}.`);
          isLost = false;
          yield* this.taken(answer);
        }
      } catch (error) {
        // Named decision: whatever breaks the connection, the next one continues where it was.
        if (error instanceof StartupError) throw error;
      }
      if (this.signal.aborted) return;
      if (!isLost) this.note(`The connection was lost. Trying again until ${this.source.url} answers …`);
      isLost = true;
      if (performance.now() - began > LONGEST_PAUSE_MS) pauseMs = FIRST_PAUSE_MS;
      await pause(pauseMs, null, { signal: this.signal }).catch(() => null);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }

  private async *taken(answer: Response): AsyncGenerator<StreamMessage> {
    for await (const message of sseMessages(answer.body!, SILENCE_MS)) {
      yield message;
      this.position = message.id;
    }
  }

  /** Waits for the response headers; the time for the body is not limited. */
  private async get(path: string, headers: Record<string, string>): Promise<Response> {
    const { url, key, merchantId } = this.source;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), ANSWER_MS);
    try {
      return await fetch(`${url.replace(/\/+$/, '')}/${API_PREFIX}/${path}`, {
        headers: {
          authorization: `Api-Key ${key}`,
          ...(merchantId === null ? {} : { 'x-merchant-id': merchantId }),
          ...headers,
        },
        signal: AbortSignal.any([this.signal, late.signal]),
      });
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A restart, a proxy without a server behind it, or too many requests. */
const isForAWhile = (status: number): boolean => status === 429 || status >= 500;

/** The error in the answer, and what to do about it, in one line. */
async function refusalOf(answer: Response, url: string): Promise<StartupError> {
  const problem = (await answer.json().catch(() => ({}))) as { detail?: string; errors?: { detail?: string }[] };
  const detail = problem.errors?.[0]?.detail ?? problem.detail ?? `It answered ${answer.status}.`;
  switch (answer.status) {
    case 401:
      return new StartupError(
        `${url} does not know this key: the key belongs to another service, or was revoked. An operator can ` +
          'issue a new one (POST /merchants/:id/api-keys); make start prints the keys of the demo.',
      );
    case 403:
    case 404:
      return new StartupError(
        `${detail} Check that --url ${url} is right, and that --merchant names one of its merchants.`,
      );
    default:
      return new StartupError(`${url} answered ${answer.status}: ${detail}`);
  }
}

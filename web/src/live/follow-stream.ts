import { SseParser, type SseMessage } from './sse.ts';

/** The service writes a comment every 15 seconds: a connection that is silent for longer than this is dead. */
const SILENCE_MS = 40_000;

/** How a stream ended. `refused`: the key is no longer valid. */
export type StreamEnd =
  | { readonly kind: 'refused' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly retryAfterMs: number };

export interface StreamRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly lastEventId: string | null;
  readonly signal: AbortSignal;
}

export interface StreamReader {
  onOpen(): void;
  onMessage(message: SseMessage): void;
}

/** Reads one connection to its end. Never throws: a broken connection is one way to end. */
export async function followStream(request: StreamRequest, reader: StreamReader): Promise<StreamEnd> {
  const silence = new AbortController();
  let alarm: ReturnType<typeof setTimeout> | undefined;
  const resetTimer = (): void => {
    clearTimeout(alarm);
    alarm = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  try {
    resetTimer();
    const headers = new Headers({ ...request.headers, Accept: 'text/event-stream' });
    if (request.lastEventId !== null) headers.set('Last-Event-ID', request.lastEventId);
    const response = await fetch(request.url, {
      headers,
      signal: AbortSignal.any([request.signal, silence.signal]),
      cache: 'no-store',
    });
    if (response.status === 401) return { kind: 'refused' };
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
    if (!response.ok || !isStream || response.body === null) return failed(response);
    reader.onOpen();
    await readAll(response.body, (text, parser) => {
      resetTimer();
      for (const message of parser.feed(text)) reader.onMessage(message);
    });
    return { kind: 'closed' };
  } catch {
    return { kind: 'failed', retryAfterMs: 0 };
  } finally {
    clearTimeout(alarm);
    // Drops the rest of an answer that was not read to its end.
    silence.abort();
  }
}

async function readAll(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  take: (text: string, parser: SseParser) => void,
): Promise<void> {
  const parser = new SseParser();
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) take(read.value, parser);
}

function failed({ headers }: Response): StreamEnd {
  const seconds = Number(headers.get('retry-after') ?? 0);
  return { kind: 'failed', retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : 0 };
}

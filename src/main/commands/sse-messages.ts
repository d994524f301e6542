/** What came over a stream: an event, or that it goes on elsewhere (`reset`). */
export interface StreamMessage {
  readonly id: number;
  readonly type: string;
  readonly data: string;
}

/**
 * Takes server-sent events apart (HTML Living Standard §9.2.6), as far as Bahi writes them: a message without data is none.
 * @throws Error when nothing came for so long, not even a comment, or the connection breaks off
 */
export async function* sseMessages(body: ReadableStream<Uint8Array>, silenceMs: number): AsyncGenerator<StreamMessage> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await within(silenceMs, reader.read());
      if (done) return;
      const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) {
        const message = messageIn(block);
        if (message !== null) yield message;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function messageIn(block: string): StreamMessage | null {
  const fields = new Map(
    block.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
    }),
  );
  const data = fields.get('data');
  return data === undefined ? null : { id: Number(fields.get('id')), type: fields.get('event') ?? 'message', data };
}

/** The clock runs only while somebody waits: who is slow to take a message has not lost its sender. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('silence')), ms);
  });
  return Promise.race([work, silence]).finally(() => clearTimeout(timer));
}

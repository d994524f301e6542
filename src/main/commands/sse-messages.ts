/** A message of a stream: an event, or the instruction to continue elsewhere (`reset`). */
export interface StreamMessage {
  readonly id: number;
  readonly type: string;
  readonly data: string;
}

/**
 * Parses server-sent events (HTML Living Standard §9.2.6) as far as Bahi writes them: a block without data is no
 * message.
 * @throws Error when nothing, not even a comment, came within `silenceMs`, or when the connection breaks
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

/**
 * The timer runs only while something is awaited: a consumer that is slow to take a message has not lost the sender.
 */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('silence')), ms);
  });
  return Promise.race([work, silence]).finally(() => clearTimeout(timer));
}

import { describe, expect, it } from '@jest/globals';
import { sseMessages, type StreamMessage } from './sse-messages.js';

/** A stream that delivers these pieces. It ends after them if `ends` is true, and otherwise stays open without data. */
function streamOf(pieces: readonly Uint8Array[], { ends = true } = {}): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => {
      for (const piece of pieces) controller.enqueue(piece);
      if (ends) controller.close();
    },
  });
}

async function read(body: ReadableStream<Uint8Array>, silenceMs = 30_000): Promise<StreamMessage[]> {
  const messages: StreamMessage[] = [];
  for await (const message of sseMessages(body, silenceMs)) messages.push(message);
  return messages;
}

const TEXT =
  'retry: 1000\n\n:\n\nid: 7\ndata: {"name":"आशा: a"}\n\nid: 9\nevent: reset\ndata: {"sequence":9}\n\nid: 10\nda';

describe('the messages of a stream', () => {
  it('are those that have data, however the network splits them; an incomplete one is dropped', async () => {
    const bytes = new TextEncoder().encode(TEXT);
    const expected = [
      { id: 7, type: 'message', data: '{"name":"आशा: a"}' },
      { id: 9, type: 'reset', data: '{"sequence":9}' },
    ];
    expect(await read(streamOf([bytes]))).toEqual(expected);
    expect(await read(streamOf(Array.from(bytes, (byte) => Uint8Array.of(byte))))).toEqual(expected);
  });

  it('end where nothing comes any more, and not where somebody is slow to take them', async () => {
    await expect(read(streamOf([], { ends: false }), 20)).rejects.toThrow('silence');
    const slow = sseMessages(streamOf([new TextEncoder().encode(TEXT)]), 20);
    await slow.next();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect((await slow.next()).value).toMatchObject({ id: 9 });
  });
});

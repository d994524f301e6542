import { createServer, connect, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { answerMalformedHttp } from './malformed-http.js';

let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** What a client sees when the parser gives up on its connection with this error. */
async function answerTo(error: Error & { code?: string; rawPacket?: Buffer }, times = 1): Promise<string> {
  server = createServer((socket) => {
    for (let i = 0; i < times; i++) answerMalformedHttp('r-1', error, socket);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  client.on('data', (chunk) => (text += chunk.toString()));
  await new Promise((resolve) => client.once('close', resolve));
  return text;
}

const failure = (code: string, rawPacket?: Buffer) => Object.assign(new Error('parse error'), { code, rawPacket });

describe('a connection that cannot be read as HTTP', () => {
  it('is answered when it was too slow', async () => {
    const [head = '', body = ''] = (await answerTo(failure('ERR_HTTP_REQUEST_TIMEOUT'))).split('\r\n\r\n');
    expect(head.split('\r\n')).toEqual([
      'HTTP/1.1 408 Request Timeout',
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'X-Request-Id: r-1',
      'Connection: close',
    ]);
    expect(JSON.parse(body)).toMatchObject({ code: 'request_timeout', status: 408, request_id: 'r-1' });
  });

  it.each([
    ['the URL', `GET /${'x'.repeat(9_000)}`, 414],
    ['the headers', `GET /x HTTP/1.1\r\nX-Long: ${'x'.repeat(9_000)}`, 431],
    ['nobody knows what', 'x'.repeat(9_000), 431],
  ])('is answered that it was %s when it was too much', async (_, packet, status) => {
    expect(await answerTo(failure('HPE_HEADER_OVERFLOW', Buffer.from(packet)))).toContain(`HTTP/1.1 ${status} `);
  });

  it('gets one answer, however many packets follow', async () => {
    expect((await answerTo(failure('HPE_INVALID_METHOD'), 3)).match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('gets none when it is gone', async () => {
    expect(await answerTo(failure('ECONNRESET'))).toBe('');
  });
});

import { expect } from '@jest/globals';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { ACCOUNT, app, base } from './http-test-app.js';

export const MERCHANT = { authorization: 'Api-Key merchant-key' };
export const OPERATOR = { authorization: 'Bearer operator-key' };
export const PAYOUT = { amount_paise: 6_000, bank_account_id: ACCOUNT };

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the service answers, read field by field
export type Json = any;
export type Answer = { status: number; headers: Headers; body: Json; text: string };

export async function call(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string | Buffer,
): Promise<Answer> {
  const response = await fetch(base + path, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== '' ? JSON.parse(text) : null,
    text,
  };
}

export const get = (path: string, headers: Record<string, string> = MERCHANT): Promise<Answer> =>
  call('GET', path, headers);

export function post(body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const given = { ...MERCHANT, 'content-type': 'application/json', 'idempotency-key': 'k', ...headers };
  return call(
    'POST',
    '/api/v1/things',
    given,
    typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  );
}

export function expectProblem(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.body?.code, text: answer.text }).toMatchObject({ status, code });
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body).toMatchObject({
    type: `/problems/${code}`,
    status,
    request_id: answer.headers.get('x-request-id'),
  });
  expect(typeof answer.body.title).toBe('string');
  expect(answer.body.detail.length).toBeGreaterThan(10);
}

export function open(): Promise<Socket> {
  const { port } = app.getHttpServer().address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket)).once('error', reject);
  });
}

/** Sends bytes unchanged, and reads until the server closes the connection. */
export async function raw(
  ...packets: (string | Buffer)[]
): Promise<{ status: number; head: string; body: Json; all: string }> {
  const socket = await open();
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  for (const packet of packets) socket.write(packet);
  await closed;
  const all = Buffer.concat(chunks).toString('utf8');
  const [head = ''] = all.split('\r\n\r\n', 1);
  // Only the first answer: others may follow on the same connection.
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const text = Buffer.from(all.slice(head.length + 4)).toString('utf8', 0, length);
  const body: Json = text.startsWith('{') ? JSON.parse(text) : text;
  return { status: Number(head.split(' ')[1]), head, body, all };
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AddressInfo, connect, type Socket } from 'node:net';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Injectable,
  type LoggerService,
  Module,
  type OnModuleDestroy,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiCreatedResponse } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MerchantOnly, OperatorOnly, Public } from '../../src/platform/http/access.js';
import { AmountPaise, Nested, OneOf, Text, Uuid } from '../../src/platform/http/fields.js';
import { Health } from '../../src/platform/http/health.js';
import { createHttpApp, listen } from '../../src/platform/http/http-app.js';
import { HttpModule } from '../../src/platform/http/http.module.js';
import { ApiPage, ProblemResponses } from '../../src/platform/http/openapi.js';
import { type Page, PageQuery, PageRequest } from '../../src/platform/http/pages.js';
import {
  actorOf,
  Authenticator,
  Caller,
  MerchantId,
  OptionalMerchantId,
  type Principal,
} from '../../src/platform/http/principal.js';
import { IdempotencyKey, IdParam } from '../../src/platform/http/request-params.js';
import { BrokenInvariant } from '../../src/shared/assert.js';
import { DomainError } from '../../src/shared/domain-error.js';

const ACME = '01890000-0000-7000-8000-00000000000a';
const OTHER = '01890000-0000-7000-8000-00000000000b';
const ACCOUNT = '01890000-0000-7000-8000-0000000000c1';

@Injectable()
class TestKeys extends Authenticator {
  authenticate(key: string): Promise<Principal | null> {
    if (key === 'merchant-key') return Promise.resolve({ kind: 'merchant', keyId: 'k1', merchantId: ACME });
    if (key === 'operator-key') return Promise.resolve({ kind: 'operator', keyId: 'k2', name: 'Olga' });
    if (key === 'key-of-a-dead-database') return Promise.reject(new Error('connection refused by 10.0.0.7'));
    return Promise.resolve(null);
  }
}

class Insufficient extends DomainError {
  readonly code = 'insufficient_funds';
}
class Overloaded extends DomainError {
  readonly code = 'overloaded';
}
class Unlisted extends DomainError {
  readonly code = 'code_without_a_row';
}

class Split {
  @Text({ max: 10 }) name!: string;
  @AmountPaise() amount_paise!: number;
}

class PayoutBody {
  @AmountPaise() amount_paise!: number;
  @Uuid() bank_account_id!: string;
  @OneOf(['INR'], { optional: true }) currency?: string;
  @OneOf(['IMPS', 'NEFT'], { optional: true }) mode?: string;
  @Text({ max: 40, optional: true }) reference_id?: string;
  @Text({ max: 30, only: /^[A-Za-z0-9 ]+$/, means: 'letters, digits and spaces', optional: true }) narration?: string;
  @Nested(() => Split, { optional: true }) split?: Split;
}

class ThingDocument {
  id!: string;
}

class ThingsQuery extends PageQuery {
  @OneOf(['pending', 'completed'], { optional: true }) status?: string;
}

const THINGS = Array.from({ length: 45 }, (_, i) => ({
  id: `01890000-0000-7000-8000-${(i + 1).toString(16).padStart(12, '0')}`,
})).reverse();

/** What handlers received, so that "nothing was changed" can be seen. */
let handled = 0;
const gate: { open: () => void; opened: Promise<void>; entered: () => void } = {
  open: () => undefined,
  opened: Promise.resolve(),
  entered: () => undefined,
};

@Controller('things')
class ThingsController {
  @Post()
  @ApiCreatedResponse({ type: ThingDocument })
  @ProblemResponses('validation_failed', 'idempotency_key_missing', 'insufficient_funds', 'bank_account_unknown')
  createThing(
    @Caller() caller: Principal,
    @MerchantId() merchantId: string,
    @IdempotencyKey((header) => (/^[ -~]{1,255}$/.test(header) ? header : null)) key: string,
    @Body() body: PayoutBody,
  ): object {
    handled += 1;
    return { actor: actorOf(caller), merchantId, key, body, plain: body.constructor === PayoutBody };
  }

  @Get()
  @ApiPage(ThingDocument)
  listThings(
    @OptionalMerchantId() _merchantId: string | null,
    @Query() query: ThingsQuery,
    @Req() request: FastifyRequest,
  ): Page<object> {
    const asked = PageRequest.of(query, request);
    let rows = THINGS.filter(
      ({ id }) => (asked.after === null || id < asked.after) && (asked.before === null || id > asked.before),
    );
    if (asked.order === 'ASC') rows = rows.reverse();
    return asked.page(
      rows.slice(asked.offset, asked.offset + asked.take),
      ({ id }) => id,
      (thing) => thing,
    );
  }

  @Get('big')
  getBig(): object {
    return { amount_paise: 9_007_199_254_740_991n };
  }

  @Get('slow')
  async getSlow(): Promise<object> {
    gate.entered();
    await gate.opened;
    return { done: true };
  }

  @Get('sent-then-thrown')
  async getHalf(@Res() reply: FastifyReply): Promise<void> {
    reply.raw.writeHead(200, { 'content-length': '100' });
    reply.raw.write('half');
    throw new Error('too late');
  }

  @Get('failures/:kind')
  getFailure(@Req() request: FastifyRequest): never {
    switch ((request.params as { kind: string }).kind) {
      case 'funds':
        throw new Insufficient('₹60.00 is more than ₹40.00.', { available_paise: 4_000n, code: 'nonsense', status: 1 });
      case 'overloaded':
        throw new Overloaded('Too much is waiting.');
      case 'invariant':
        throw new BrokenInvariant('balances sum to zero');
      case 'unlisted':
        throw new Unlisted('kept to itself');
      case 'text':
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- what a library may throw
        throw 'a secret text';
      default:
        throw new Error('password=hunter2');
    }
  }

  @Get(':id')
  getThing(@IdParam('id') id: string): object {
    return { id };
  }

  @Post(':id/cancel')
  @HttpCode(200)
  cancelThing(@IdParam('id') id: string): object {
    return { id, cancelled: true };
  }

  @Delete(':id')
  @HttpCode(204)
  @OperatorOnly()
  deleteThing(@IdParam('id') id: string): void {
    handled += id === '' ? 0 : 1;
  }
}

@OperatorOnly()
@Controller('merchants')
class OperatorsController {
  @Get()
  listMerchants(): object {
    return { operators: true };
  }

  @Get('me')
  @MerchantOnly()
  getMe(@Caller() caller: Principal): object {
    return { caller };
  }
}

@Controller('callbacks')
class CallbacksController {
  @Post(':gateway')
  @Public()
  receiveCallback(): object {
    return { received: true };
  }

  @Post('forgotten/caller')
  @Public()
  receiveForgotten(@Caller() caller: Principal): object {
    return { caller };
  }

  @Post('forgotten/dto')
  @Public()
  receiveUntyped(@Body() body: object): object {
    return { body };
  }
}

@Module({
  imports: [HttpModule],
  controllers: [ThingsController, OperatorsController, CallbacksController],
  providers: [{ provide: Authenticator, useClass: TestKeys }],
})
class TestModule {}

class KeptLog implements LoggerService {
  readonly errors: string[] = [];
  log(): void {}
  warn(): void {}
  error(...parts: unknown[]): void {
    this.errors.push(parts.join(' '));
  }
}

const log = new KeptLog();
let app: NestFastifyApplication;
let base: string;

beforeAll(async () => {
  app = await createHttpApp(TestModule, { logger: log });
  base = await listen(app, { port: 0, host: '127.0.0.1' });
});

afterAll(() => app.close());

const MERCHANT = { authorization: 'Api-Key merchant-key' };
const OPERATOR = { authorization: 'Bearer operator-key' };
const PAYOUT = { amount_paise: 6_000, bank_account_id: ACCOUNT };

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the service answers, read field by field
type Json = any;
type Answer = { status: number; headers: Headers; body: Json; text: string };

async function call(
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

const get = (path: string, headers: Record<string, string> = MERCHANT): Promise<Answer> => call('GET', path, headers);

function post(body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const given = { ...MERCHANT, 'content-type': 'application/json', 'idempotency-key': 'k', ...headers };
  return call(
    'POST',
    '/api/v1/things',
    given,
    typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  );
}

function expectProblem(answer: Answer, status: number, code: string): void {
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

function open(): Promise<Socket> {
  const { port } = app.getHttpServer().address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket)).once('error', reject);
  });
}

/** Sends bytes as they are and reads until the server closes. */
async function raw(
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
  // Only the first answer: more may follow on the same connection.
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const text = Buffer.from(all.slice(head.length + 4)).toString('utf8', 0, length);
  const body: Json = text.startsWith('{') ? JSON.parse(text) : text;
  return { status: Number(head.split(' ')[1]), head, body, all };
}

describe('a key', () => {
  it.each([
    ['Authorization: Api-Key', { authorization: 'Api-Key merchant-key' }],
    ['the scheme in any case', { authorization: 'aPI-kEY   merchant-key' }],
    ['Authorization: Bearer', { authorization: 'bearer merchant-key' }],
    ['X-API-KEY', { 'x-api-key': 'merchant-key' }],
    ['the same key twice', { authorization: 'Bearer merchant-key', 'x-api-key': 'merchant-key' }],
  ])('is taken from %s', async (_, headers) => {
    expect((await get(`/api/v1/things/${ACCOUNT}`, headers)).status).toBe(200);
  });

  it.each<[string, Record<string, string>]>([
    ['none', {}],
    ['an unknown one', { authorization: 'Api-Key nobody' }],
    ['two that differ', { authorization: 'Bearer merchant-key', 'x-api-key': 'operator-key' }],
    ['another scheme', { authorization: 'Basic bWVyY2hhbnQta2V5' }],
    ['another scheme beside a valid key', { authorization: 'Basic bWVyY2hhbnQta2V5', 'x-api-key': 'merchant-key' }],
    ['an empty one', { 'x-api-key': '' }],
    ['a scheme alone', { authorization: 'Api-Key' }],
    ['two words', { authorization: 'Api-Key merchant-key merchant-key' }],
    ['a very long one', { 'x-api-key': 'k'.repeat(300) }],
    ['one that is not ASCII', { 'x-api-key': 'k\u00e9y' }],
  ])('is refused: %s', async (_, headers) => {
    const answer = await get(`/api/v1/things/${ACCOUNT}`, headers);
    expectProblem(answer, 401, 'unauthenticated');
    expect(answer.headers.get('www-authenticate')).toContain('Api-Key');
  });

  it.each([
    '/%61pi/v1/things',
    '/api/v1/things/',
    '/api%2Fv1/things',
    '/api/v1',
    '/api/v1/nothing',
    '/%61pi/v1/nothing',
  ])('is asked for at %s, however the path is written', async (path) =>
    expectProblem(await get(path, {}), 401, 'unauthenticated'),
  );

  it('is asked for when the target is a whole URL', async () => {
    const { status } = await raw('GET http://x/api/v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(status).toBe(401);
  });

  it('is asked for by HEAD as by GET', async () => {
    expect((await call('HEAD', '/api/v1/things')).status).toBe(401);
    expect((await call('HEAD', '/api/v1/things', MERCHANT)).status).toBe(200);
  });

  it('is refused before the body is read', async () => {
    const head =
      'POST /api/v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 90000\r\n';
    const socket = await open();
    socket.write(`${head}Connection: close\r\n\r\n{"amount`);
    const first = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    expect(first.toString()).toContain('HTTP/1.1 401');
    socket.destroy();
  });

  it('is refused before the body is judged', async () => {
    expectProblem(await post('{broken', { authorization: 'Api-Key nobody' }), 401, 'unauthenticated');
  });

  it('is not needed where an endpoint is public, nor outside the API', async () => {
    expect((await call('POST', '/api/v1/callbacks/razorpayx')).status).toBe(201);
    expect((await get('/health/live', {})).status).toBe(200);
  });

  it('becomes a 500 without details when the keys cannot be read', async () => {
    const answer = await get('/api/v1/things', { 'x-api-key': 'key-of-a-dead-database' });
    expectProblem(answer, 500, 'internal_error');
    expect(answer.text).not.toContain('10.0.0.7');
  });
});

describe('an endpoint for one kind of key', () => {
  it('refuses the other kind before it looks at anything else', async () => {
    const before = handled;
    expectProblem(await call('DELETE', `/api/v1/things/${ACCOUNT}`, MERCHANT), 403, 'forbidden');
    expectProblem(await call('DELETE', '/api/v1/things/no-id', MERCHANT), 403, 'forbidden');
    expect(handled).toBe(before);
    expect((await call('DELETE', `/api/v1/things/${ACCOUNT}`, OPERATOR)).status).toBe(204);
  });

  it('is marked on the class, and a method may say otherwise', async () => {
    expectProblem(await get('/api/v1/merchants'), 403, 'forbidden');
    expect((await get('/api/v1/merchants', OPERATOR)).status).toBe(200);
    expectProblem(await get('/api/v1/merchants/me', OPERATOR), 403, 'forbidden');
    expect((await get('/api/v1/merchants/me')).body.caller.merchantId).toBe(ACME);
  });

  it('keeps the mark for HEAD', async () => {
    expect((await call('HEAD', '/api/v1/merchants', MERCHANT)).status).toBe(403);
  });
});

describe('the merchant that a request is about', () => {
  it('is a merchant key’s own', async () => {
    expect((await post(PAYOUT)).body).toMatchObject({ merchantId: ACME, actor: 'merchant:k1' });
    expect((await post(PAYOUT, { 'x-merchant-id': ACME.toUpperCase() })).body.merchantId).toBe(ACME);
  });

  it('cannot be another one with a merchant key', async () => {
    expectProblem(await post(PAYOUT, { 'x-merchant-id': OTHER }), 403, 'forbidden');
    expectProblem(await post(PAYOUT, { 'x-merchant-id': 'nonsense' }), 403, 'forbidden');
    expectProblem(await get(`/api/v1/things?merchant_id=${OTHER}`), 403, 'forbidden');
  });

  it('is named by an operator, in the header or the query', async () => {
    const answer = await post(PAYOUT, { ...OPERATOR, 'x-merchant-id': OTHER.toUpperCase() });
    expect(answer.body).toMatchObject({ merchantId: OTHER, actor: 'operator:k2' });
    expect((await get(`/api/v1/things?merchant_id=${OTHER}`, OPERATOR)).status).toBe(200);
    expect((await get('/api/v1/things', OPERATOR)).status).toBe(200);
  });

  it.each<[string, string, Record<string, string>]>([
    ['missing where one is needed', '', {}],
    ['malformed in the header', '', { 'x-merchant-id': 'acme' }],
    ['malformed in the query', '?merchant_id=acme', {}],
    ['given twice in the query', `?merchant_id=${ACME}&merchant_id=${ACME}`, {}],
    ['different in header and query', `?merchant_id=${ACME}`, { 'x-merchant-id': OTHER }],
  ])('is refused when it is %s', async (_, query, headers) => {
    const given = { ...OPERATOR, 'content-type': 'application/json', 'idempotency-key': 'k', ...headers };
    const answer = await call('POST', `/api/v1/things${query}`, given, JSON.stringify(PAYOUT));
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors[0].pointer).toMatch(/^#\/(headers\/X-Merchant-Id|query\/merchant_id)$/);
  });
});

describe('a body', () => {
  it('reaches the handler as an instance of its class', async () => {
    const body = {
      ...PAYOUT,
      currency: 'INR',
      mode: 'IMPS',
      reference_id: 'नमस्ते 🙏',
      narration: 'Hello 1',
      split: { name: 'a', amount_paise: 100 },
    };
    const answer = await post(body);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ body, plain: true });
  });

  it('may write an integer as 1e3, and a UUID in capitals', async () => {
    const answer = await post(`{"amount_paise":1e3,"bank_account_id":"${ACCOUNT.toUpperCase()}"}`);
    expect(answer.body.body).toEqual({ amount_paise: 1000, bank_account_id: ACCOUNT });
  });

  it.each<[string, unknown, string]>([
    ['without the amount', { bank_account_id: ACCOUNT }, '#/amount_paise'],
    ['with the amount true', { ...PAYOUT, amount_paise: true }, '#/amount_paise'],
    ['with the amount in quotes', { ...PAYOUT, amount_paise: '1000' }, '#/amount_paise'],
    ['with the amount 150.5', { ...PAYOUT, amount_paise: 150.5 }, '#/amount_paise'],
    ['with the amount null', { ...PAYOUT, amount_paise: null }, '#/amount_paise'],
    ['with the amount zero', { ...PAYOUT, amount_paise: 0 }, '#/amount_paise'],
    ['with the amount 99', { ...PAYOUT, amount_paise: 99 }, '#/amount_paise'],
    ['with a negative amount', { ...PAYOUT, amount_paise: -1000 }, '#/amount_paise'],
    ['with an amount beyond the maximum', { ...PAYOUT, amount_paise: 1e13 + 1 }, '#/amount_paise'],
    ['with an infinite amount', `{"amount_paise":1e999,"bank_account_id":"${ACCOUNT}"}`, '#/amount_paise'],
    ['with a list for the amount', { ...PAYOUT, amount_paise: [1000] }, '#/amount_paise'],
    ['without the bank account', { amount_paise: 1000 }, '#/bank_account_id'],
    ['with a malformed bank account', { ...PAYOUT, bank_account_id: 'abc' }, '#/bank_account_id'],
    ['with a number for the bank account', { ...PAYOUT, bank_account_id: 7 }, '#/bank_account_id'],
    ['with another currency', { ...PAYOUT, currency: 'USD' }, '#/currency'],
    ['with U+0000', { ...PAYOUT, reference_id: 'a\u0000b' }, '#/reference_id'],
    [
      'with a lone surrogate',
      `{"amount_paise":1000,"bank_account_id":"${ACCOUNT}","reference_id":"\\ud83d"}`,
      '#/reference_id',
    ],
    ['with a line break', { ...PAYOUT, reference_id: 'a\nb' }, '#/reference_id'],
    ['with a C1 control character', { ...PAYOUT, reference_id: 'a\u0085b' }, '#/reference_id'],
    ['with an empty text', { ...PAYOUT, reference_id: '' }, '#/reference_id'],
    ['with a blank text', { ...PAYOUT, reference_id: '   ' }, '#/reference_id'],
    ['with a text one too long', { ...PAYOUT, reference_id: 'x'.repeat(41) }, '#/reference_id'],
    ['with a character that is not allowed', { ...PAYOUT, narration: 'a-b' }, '#/narration'],
    ['with an unknown field', { ...PAYOUT, amount: 5 }, '#/amount'],
    ['with an unknown field of an awkward name', { ...PAYOUT, 'a/b~c d': 5 }, '#/a~1b~0c%20d'],
    [
      'with a lone surrogate in a name',
      `{"\\ud83d":1,"amount_paise":1000,"bank_account_id":"${ACCOUNT}"}`,
      '#/%EF%BF%BD',
    ],
    [
      'with __proto__',
      `{"__proto__":{"amount_paise":5},"amount_paise":1000,"bank_account_id":"${ACCOUNT}"}`,
      '#/__proto__',
    ],
    ['with constructor', { ...PAYOUT, constructor: { name: 'x' } }, '#/constructor'],
    [
      'with an unknown nested field',
      { ...PAYOUT, split: { name: 'a', amount_paise: 100, constructor: 1 } },
      '#/split/constructor',
    ],
    ['with a wrong nested field', { ...PAYOUT, split: { name: 'b' } }, '#/split/amount_paise'],
    ['with a list where an object is asked for', { ...PAYOUT, split: [{ name: 'a', amount_paise: 100 }] }, '#/split'],
    ['with a number where an object is asked for', { ...PAYOUT, split: 1 }, '#/split'],
    ['that is a list', [PAYOUT], '#'],
    ['that is null', 'null', '#'],
    ['that is a text', '"text"', '#'],
    ['that is a number', '7', '#'],
    [
      'that nests very deep',
      `{"narration":${'['.repeat(9_000)}${']'.repeat(9_000)},${JSON.stringify(PAYOUT).slice(1)}`,
      '#/narration',
    ],
  ])('is refused %s', async (_, body, pointer) => {
    const before = handled;
    const answer = await post(body);
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([pointer]);
    expect(answer.body.errors[0].detail).toMatch(/^[^$].*\.$/);
    expect(handled).toBe(before);
  });

  it('names all wrong fields at once, each in one sentence', async () => {
    const answer = await post({ amount_paise: 'x', narration: 'ü', extra: 1 });
    expect(answer.body.detail).toBe('4 fields are not valid.');
    expect(answer.body.errors).toEqual([
      { pointer: '#/extra', detail: 'extra is not a known field.' },
      {
        pointer: '#/amount_paise',
        detail: 'amount_paise must be a whole number of paise from 100 to 10000000000000, as a JSON number.',
      },
      { pointer: '#/bank_account_id', detail: 'bank_account_id is required.' },
      { pointer: '#/narration', detail: 'narration must be text of 1 to 30 characters (letters, digits and spaces).' },
    ]);
  });

  it('does not come back at full length in the refusal', async () => {
    const many = Object.fromEntries(Array.from({ length: 9_000 }, (_, i) => [`f${i}`, 1]));
    expect((await post(many)).body.errors).toHaveLength(50);
    expect((await post({ ...PAYOUT, ['x'.repeat(90_000)]: 1 })).text.length).toBeLessThan(1_000);
  });

  it.each<[string, string | Buffer, number, string, Record<string, string>]>([
    ['broken JSON', '{"amount_paise": 1', 400, 'malformed_json', {}],
    ['nothing', '', 400, 'malformed_json', {}],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'malformed_json', {}],
    ['JSON after a byte order mark', '\ufeff{}', 400, 'malformed_json', {}],
    ['brackets without end', '['.repeat(90_000), 400, 'malformed_json', {}],
    ['more than 100 kB', JSON.stringify({ x: 'y'.repeat(100_000) }), 413, 'payload_too_large', {}],
    ['more than 1 MB', JSON.stringify({ x: 'y'.repeat(1_000_000) }), 413, 'payload_too_large', {}],
    [
      'a form',
      'amount_paise=100',
      415,
      'unsupported_media_type',
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['plain text', '{}', 415, 'unsupported_media_type', { 'content-type': 'text/plain' }],
    ['a content type that is none', '{}', 415, 'unsupported_media_type', { 'content-type': 'json' }],
    ['a compressed body', '{}', 415, 'unsupported_media_type', { 'content-encoding': 'gzip' }],
  ])('is refused as %s', async (_, body, status, code, headers) => {
    expectProblem(await post(body, headers), status, code);
  });

  it('is refused in chunks, too, when it is too large', async () => {
    const head =
      'POST /api/v1/things HTTP/1.1\r\nHost: x\r\nX-API-KEY: merchant-key\r\nContent-Type: application/json\r\n';
    const chunk = `4000\r\n${'y'.repeat(0x4000)}\r\n`;
    const next = 'GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    const chunks = Array<string>(10).fill(chunk);
    const { status, all } = await raw(`${head}Transfer-Encoding: chunked\r\n\r\n`, ...chunks, '0\r\n\r\n', next);
    expect(status).toBe(413);
    expect(all).toContain('"code":"payload_too_large"');
    // The connection is still good for the request that follows.
    expect(all).toMatch(/HTTP\/1\.1 200 OK[\s\S]*"live"/);
  });

  it('may say its character set', async () => {
    expect((await post(PAYOUT, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(201);
  });

  it('is not needed where none is asked for, even when it is announced', async () => {
    const path = `/api/v1/things/${ACCOUNT}/cancel`;
    expect((await call('POST', path, { ...MERCHANT, 'content-type': 'application/json' })).status).toBe(200);
    expect((await call('POST', path, MERCHANT)).status).toBe(200);
  });

  it('without a type is refused, and none at all is an empty one', async () => {
    const body = Buffer.from(JSON.stringify(PAYOUT));
    expectProblem(
      await call('POST', '/api/v1/things', { ...MERCHANT, 'idempotency-key': 'k' }, body),
      415,
      'unsupported_media_type',
    );
    expectProblem(await call('POST', '/api/v1/things', { ...MERCHANT, 'idempotency-key': 'k' }), 400, 'malformed_json');
  });

  it('that nobody validates is never let through', async () => {
    const answer = await call(
      'POST',
      '/api/v1/callbacks/forgotten/dto',
      { 'content-type': 'application/json' },
      '{"x":1}',
    );
    expectProblem(answer, 500, 'internal_error');
  });
});

describe('an Idempotency-Key', () => {
  it('is needed', async () => {
    const headers = { ...MERCHANT, 'content-type': 'application/json' };
    const answer = await call('POST', '/api/v1/things', headers, JSON.stringify(PAYOUT));
    expectProblem(answer, 400, 'idempotency_key_missing');
    expectProblem(await post(PAYOUT, { 'idempotency-key': '  ' }), 400, 'idempotency_key_missing');
  });

  it('is looked for after the body was judged', async () => {
    const headers = { ...MERCHANT, 'content-type': 'application/json' };
    expectProblem(await call('POST', '/api/v1/things', headers, '{}'), 400, 'validation_failed');
    expectProblem(await post({}, { 'idempotency-key': 'cl\u00e9', 'x-merchant-id': OTHER }), 403, 'forbidden');
  });

  it.each([
    ['too long', 'k'.repeat(256)],
    ['not ASCII', 'cl\u00e9'],
  ])('is refused when it is %s', async (_, key) => {
    const answer = await post(PAYOUT, { 'idempotency-key': key });
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors[0].pointer).toBe('#/headers/Idempotency-Key');
  });
});

describe('an id in the path', () => {
  it('is handed on in its canonical form', async () => {
    expect((await get(`/api/v1/things/${ACCOUNT.toUpperCase()}`)).body.id).toBe(ACCOUNT);
  });

  it.each(['7', 'null', '%00', 'x'.repeat(300), '..%2f..%2fetc', `${ACCOUNT}0`, '%F0%9F%99%8F'])(
    'that is no UUID (%s) names nothing',
    async (id) => expectProblem(await get(`/api/v1/things/${id}`), 404, 'not_found'),
  );
});

describe('a list', () => {
  it('is walked to its end and back by its links', async () => {
    const seen: string[] = [];
    const walk = async (from: string | null, link: 'next' | 'previous'): Promise<void> => {
      for (let path = from; path !== null;) {
        const { status, body } = await get(path, OPERATOR);
        expect(status).toBe(200);
        seen.push(...body.results.map(({ id }: { id: string }) => id));
        last = body;
        path = body[link];
      }
    };
    let last: Json = null;
    await walk('/api/v1/things?limit=10&status=pending', 'next');
    expect(seen).toEqual(THINGS.map(({ id }) => id));
    seen.length = 0;
    await walk(last.previous, 'previous');
    expect([...seen].sort()).toEqual(
      THINGS.slice(0, 40)
        .map(({ id }) => id)
        .sort(),
    );
    expect(last.results[0].id).toBe(THINGS[0]!.id);
  });

  it('gives paths with the filters in them', async () => {
    const { body } = await get('/api/v1/things/?status=pending');
    expect(body.next).toMatch(/^\/api\/v1\/things\?status=pending&limit=20&cursor=[\w-]+$/);
    expect(body.previous).toBeNull();
  });

  it('refuses a cursor that was changed or belongs to other filters', async () => {
    const { body } = await get('/api/v1/things?status=pending&limit=5', OPERATOR);
    const cursor: string = new URLSearchParams(body.next.split('?')[1]).get('cursor')!;
    const asked = (query: string, headers = {}) => get(`/api/v1/things?${query}`, { ...OPERATOR, ...headers });
    expect((await asked(`status=pending&limit=7&cursor=${cursor}`)).status).toBe(200);
    expectProblem(await asked(`status=completed&cursor=${cursor}`), 400, 'cursor_invalid');
    expectProblem(await asked(`cursor=${cursor}`), 400, 'cursor_invalid');
    expectProblem(await asked(`status=pending&cursor=${cursor}`, { 'x-merchant-id': ACME }), 400, 'cursor_invalid');
    expectProblem(await asked(`status=pending&cursor=A${cursor.slice(1)}`), 400, 'cursor_invalid');
    expectProblem(await asked(`status=pending&cursor=${cursor}A`), 400, 'cursor_invalid');
    expectProblem(await asked('cursor=%F0%9F%99%8F'), 400, 'cursor_invalid');
    expectProblem(await asked('cursor=nonsense'), 400, 'cursor_invalid');
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=1e1', 'limit'],
    ['limit=+5', 'limit'],
    ['limit=5.0', 'limit'],
    ['limit=', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['offset=-1', 'offset'],
    ['offset=10001', 'offset'],
    ['offset=100000000000000000000', 'offset'],
    ['offset=1&cursor=abc', 'offset'],
    ['status=gone', 'status'],
    ['status[]=pending', 'status%5B%5D'],
    ['merchant_id=acme', 'merchant_id'],
    ['page=2', 'page'],
    ['__proto__=2', '__proto__'],
    ['constructor=2', 'constructor'],
    ['cursor=', 'cursor'],
    [`cursor=${'a'.repeat(201)}`, 'cursor'],
    ['x%zz=2', 'x%25zz'],
  ])('refuses ?%s', async (query, name) => {
    const answer = await get(`/api/v1/things?${query}`, OPERATOR);
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors[0].pointer).toBe(`#/query/${name}`);
  });
});

describe('what the router and the parser refuse', () => {
  it('is 404 for an unknown path', async () => {
    expectProblem(await get('/api/v1/nothing'), 404, 'not_found');
    expectProblem(await get('/nothing', {}), 404, 'not_found');
    expectProblem(await get('/docs/nothing.js', {}), 404, 'not_found');
    expectProblem(await get(`/api/v1/things//cancel`), 404, 'not_found');
  });

  it('is 405 for a known path with another method', async () => {
    const answer = await call('PUT', '/api/v1/things/', MERCHANT);
    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
    expectProblem(await call('PATCH', `/api/v1/things/${ACCOUNT}`, MERCHANT), 405, 'method_not_allowed');
    expectProblem(await call('OPTIONS', '/api/v1/things', MERCHANT), 405, 'method_not_allowed');
    expectProblem(await call('POST', '/health'), 405, 'method_not_allowed');
  });

  it('takes a trailing slash', async () => {
    expect((await get('/api/v1/things/')).status).toBe(200);
    expect((await get('/health/live/', {})).status).toBe(200);
  });

  it('is 414 for a URL that is too long', async () => {
    expectProblem(await get(`/api/v1/things?x=${'y'.repeat(8_000)}`), 414, 'uri_too_long');
    expectProblem(await get(`/api/v1/things/${'y'.repeat(8_000)}`), 414, 'uri_too_long');
    expectProblem(await get(`/api/v1/things?x=${'y'.repeat(30_000)}`), 414, 'uri_too_long');
  });

  it.each([20_000, 3_000_000])('is 431 for %i bytes of headers', async (bytes) => {
    const { status, head, body } = await raw(`GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ${'y'.repeat(bytes)}\r\n\r\n`);
    expect({ status, code: body.code }).toEqual({ status: 431, code: 'headers_too_large' });
    expect(head).toContain('Content-Type: application/problem+json');
    expect(head).toContain(`X-Request-Id: ${body.request_id}`);
  });

  it('is told to a client that is still sending', async () => {
    const headers = { 'x-long': 'y'.repeat(5_000_000) };
    const body = 'y'.repeat(20_000_000);
    for (let i = 0; i < 8; i++) {
      expect((await get('/health/live', headers)).status).toBe(431);
      expect((await post(body)).status).toBe(413);
    }
  });

  it.each([
    ['a malformed URL', 'GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['a malformed URL under the API', 'GET /api/v1/things/%E0%A4%A HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['what is not HTTP', 'HELO mail.example\r\n\r\n'],
    ['an unknown method', 'BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a missing Host', 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['two lengths', 'POST /api/v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}'],
    [
      'length and chunks',
      'POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a header with a control character', 'GET /health HTTP/1.1\r\nHost: x\r\nX-A: a\u0001b\r\n\r\n'],
    [
      'a broken chunk',
      'POST /api/v1/things HTTP/1.1\r\nHost: x\r\nX-API-KEY: merchant-key\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    ],
  ])('is 400 for %s', async (_, bytes) => {
    const { status, head, body } = await raw(bytes);
    expect({ status, code: body.code, type: body.type }).toEqual({
      status: 400,
      code: 'malformed_request',
      type: '/problems/malformed_request',
    });
    expect(head.toLowerCase()).toContain('content-type: application/problem+json');
    expect(head.toLowerCase()).toContain(`x-request-id: ${body.request_id}`);
  });

  it('does not put an answer into the middle of another', async () => {
    const answer = await raw('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n', 'NONSENSE\r\n\r\n');
    expect(answer.head).toMatch(/^HTTP\/1\.1 (200|400)/);
  });

  it('leaves other connections alone', async () => {
    await Promise.all(Array.from({ length: 20 }, () => raw('\u0000\u0001\u0002\r\n\r\n')));
    expect((await get('/health/live', {})).status).toBe(200);
  });
});

describe('an error', () => {
  it('that is a refusal keeps its code, its words and its extensions', async () => {
    const answer = await get('/api/v1/things/failures/funds');
    expectProblem(answer, 422, 'insufficient_funds');
    expect(answer.body).toMatchObject({ detail: '₹60.00 is more than ₹40.00.', available_paise: 4_000 });
  });

  it('by overload asks to come back', async () => {
    const answer = await get('/api/v1/things/failures/overloaded');
    expectProblem(answer, 503, 'overloaded');
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  it.each(['anything', 'text'])('of any other kind tells nothing of the inside (%s)', async (kind) => {
    log.errors.length = 0;
    const answer = await get(`/api/v1/things/failures/${kind}?secret=1`);
    expectProblem(answer, 500, 'internal_error');
    expect(answer.text).not.toMatch(/hunter2|secret|at .*\.ts/);
    expect(log.errors.join()).toContain(`request_id=${answer.body.request_id}`);
    expect(log.errors.join()).toMatch(/hunter2|a secret text/);
    expect(log.errors.join()).not.toContain('secret=1');
  });

  it.each(['invariant', 'unlisted'])('that cannot be raises an alarm (%s)', async (kind) => {
    log.errors.length = 0;
    const answer = await get(`/api/v1/things/failures/${kind}`);
    expectProblem(answer, 500, 'internal_error');
    expect(answer.text).not.toMatch(/balances|kept to itself/);
    expect(log.errors.join()).toContain('ALARM');
  });

  it('by a public endpoint that asks for its caller is ours, not the caller’s', async () => {
    expectProblem(await call('POST', '/api/v1/callbacks/forgotten/caller'), 500, 'internal_error');
  });

  it('after the answer has begun cuts the answer off', async () => {
    await expect(get('/api/v1/things/sent-then-thrown')).rejects.toThrow();
  });
});

describe('every answer', () => {
  it('carries a request id of its own, or the caller’s if it is well-formed', async () => {
    const first = await get('/health/live', {});
    const second = await get('/health/live', {});
    expect(first.headers.get('x-request-id')).toMatch(/^[A-Za-z0-9._-]{1,128}$/);
    expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
    const given = (id: string) =>
      get('/health/live', { 'x-request-id': id }).then(({ headers }) => headers.get('x-request-id'));
    expect(await given('abc-1_2.3')).toBe('abc-1_2.3');
    expect(await given('a b')).not.toBe('a b');
    expect(await given('x'.repeat(129))).not.toBe('x'.repeat(129));
  });

  it('has the headers of an API, and does not say what it runs on', async () => {
    for (const path of ['/api/v1/things', '/api/v1/nothing', '/health/live', '/problems']) {
      const { headers } = await get(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('writes amounts as JSON integers', async () => {
    expect((await get('/api/v1/things/big')).text).toBe('{"amount_paise":9007199254740991}');
  });
});

describe('the problem pages', () => {
  it('explain each code, to programs and to people', async () => {
    const all = await get('/problems', {});
    expect(all.body.results.length).toBeGreaterThan(20);
    for (const { type, code } of all.body.results) expect((await get(type, {})).body).toMatchObject({ code });
    const page = await get('/problems/overloaded', { accept: 'text/html,*/*' });
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.text).toContain('Idempotency-Key');
    expect((await get('/problems', { accept: 'text/html' })).text).toContain('<code>Retry-After</code>');
  });

  it('do not know other codes', async () => {
    expectProblem(await get('/problems/constructor', {}), 404, 'not_found');
  });
});

describe('the OpenAPI document', () => {
  it('describes the endpoints, their problems and how to send a key', async () => {
    const { body } = await get('/docs-json', {});
    const create = body.paths['/api/v1/things'].post;
    expect(create.operationId).toBe('createThing');
    expect(create.requestBody.content['application/json'].schema.$ref).toBe('#/components/schemas/PayoutBody');
    expect(Object.keys(create.responses)).toEqual([...['201', '400', '401', '403', '413', '415', '422', 'default']]);
    const examples = create.responses['422'].content['application/problem+json'].examples;
    expect(Object.keys(examples)).toEqual(['insufficient_funds', 'bank_account_unknown']);
    expect(create.security).toEqual([{ ApiKey: [] }, { Bearer: [] }, { 'X-API-KEY': [] }]);
    expect(Object.keys(body.components.securitySchemes)).toEqual(['ApiKey', 'Bearer', 'X-API-KEY']);
    expect(create.parameters.map(({ name }: { name: string }) => name)).toEqual(['Idempotency-Key', 'X-Merchant-Id']);
    const { properties, required } = body.components.schemas.PayoutBody;
    expect(required).toEqual(['amount_paise', 'bank_account_id']);
    expect(properties.amount_paise).toMatchObject({ type: 'integer', minimum: 100, maximum: 10_000_000_000_000 });
    expect(properties.split).toMatchObject({ $ref: '#/components/schemas/Split' });
    const list = body.paths['/api/v1/things'].get;
    expect(list.parameters.map(({ name }: { name: string }) => name).sort()).toEqual(
      ['X-Merchant-Id', 'cursor', 'limit', 'merchant_id', 'offset', 'status'].sort(),
    );
    const callback = body.paths['/api/v1/callbacks/{gateway}'].post;
    expect(callback).toMatchObject({ security: [] });
    expect(JSON.stringify(body)).not.toContain('x-public');
    expect(body.paths['/health'].get.security).toEqual([]);
  });

  it('is shown at /docs', async () => {
    expect((await get('/docs', {})).text).toContain('swagger-ui');
    expect((await get('/docs/swagger-ui-bundle.js', {})).status).toBe(200);
    expect((await get('/docs/start.js', {})).text).toContain('/docs-json');
  });

  it('can be made without starting anything', async () => {
    @Injectable()
    class Explosive {
      constructor() {
        throw new Error('something was started');
      }
    }
    @Module({ imports: [TestModule], providers: [Explosive] })
    class ExplosiveModule {}
    const { openApiDocument } = await import('../../src/platform/http/openapi.js');
    const preview = await createHttpApp(ExplosiveModule, { logger: false, preview: true });
    expect(openApiDocument(preview)).toEqual((await get('/docs-json', {})).body);
  });
});

describe('the start', () => {
  it('says in one line that the port is taken', async () => {
    const second = await createHttpApp(TestModule, { logger: false });
    const { port } = app.getHttpServer().address() as AddressInfo;
    await expect(listen(second, { port, host: '127.0.0.1' })).rejects.toMatchObject({
      name: 'StartupError',
      message: `Port ${port} on 127.0.0.1 is in use. Stop what listens there, or set PORT to another one.`,
    });
    await second.close();
  });

  it('does not happen without an authenticator', async () => {
    @Module({ imports: [HttpModule] })
    class OpenModule {}
    await expect(createHttpApp(OpenModule, { logger: false })).rejects.toThrow();
  });
});

describe('the shutdown', () => {
  it('finishes what is in flight, closes what is idle, and only then takes the modules down', async () => {
    const events: string[] = [];
    @Injectable()
    class Pool implements OnModuleDestroy {
      onModuleDestroy(): void {
        events.push('pool closed');
      }
    }
    @Module({ imports: [TestModule], providers: [Pool] })
    class ModuleWithPool {}
    const closing = await createHttpApp(ModuleWithPool, { logger: false });
    const url = await listen(closing, { port: 0, host: '127.0.0.1' });
    const { port } = closing.getHttpServer().address() as AddressInfo;
    const silent = connect(port, '127.0.0.1');
    await new Promise((resolve) => silent.once('connect', resolve));
    silent.on('error', () => undefined).resume();
    await fetch(`${url}/health/live`).then((response) => response.text());
    const entered = new Promise<void>((resolve) => (gate.entered = resolve));
    gate.opened = new Promise((resolve) => (gate.open = resolve));
    const slow = fetch(`${url}/api/v1/things/slow`, { headers: MERCHANT });
    await entered;
    closing.get(Health).markReady();

    const closed = closing.close();
    await new Promise((resolve) => silent.once('close', resolve));
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
    events.push('answering');
    gate.open();
    const answer = await slow;
    expect({ status: answer.status, body: await answer.json() }).toEqual({ status: 200, body: { done: true } });
    await closed;
    expect(closing.get(Health).ready).toBe(false);
    expect(events).toEqual(['answering', 'pool closed']);
  });
});

describe('the health', () => {
  let sick: NestFastifyApplication;
  let url: string;
  let health: Health;
  const state = { database: () => Promise.resolve<unknown>(true), redis: () => Promise.resolve<unknown>(true) };

  beforeAll(async () => {
    sick = await createHttpApp(TestModule, { logger: false });
    url = await listen(sick, { port: 0, host: '127.0.0.1' });
    health = sick.get(Health);
  });
  afterAll(() => sick.close());

  const report = async (): Promise<[number, Json]> => {
    const response = await fetch(`${url}/health`);
    return [response.status, await response.json()];
  };

  it('names what is not configured', async () => {
    health.watch({ name: 'database', vital: true, check: () => state.database() });
    expect(await report()).toEqual([
      200,
      { status: 'healthy', database: true, redis: null, version: expect.stringMatching(/^\d/) },
    ]);
  });

  it('is degraded without Redis, and unhealthy without the database', async () => {
    health.watch({ name: 'redis', vital: false, check: () => state.redis() });
    state.redis = () => Promise.reject(new Error('away'));
    expect(await report()).toMatchObject([200, { status: 'degraded', database: true, redis: false }]);
    state.database = () => {
      throw new Error('away');
    };
    expect(await report()).toMatchObject([503, { status: 'unhealthy', database: false, redis: false }]);
    state.database = () => Promise.resolve(true);
    state.redis = () => Promise.resolve(true);
  });

  it('shows figures as they are, null when they cannot be had, and is degraded by one that is not well', async () => {
    let look = (): Promise<number> => Promise.resolve(1);
    health.show({ name: 'workers', look: () => look(), isWell: (workers) => workers > 0 });
    expect(await report()).toMatchObject([200, { status: 'healthy', workers: 1 }]);
    look = () => Promise.resolve(0);
    expect(await report()).toMatchObject([200, { status: 'degraded', workers: 0 }]);
    look = () => Promise.reject(new Error('away'));
    expect(await report()).toMatchObject([200, { status: 'degraded', workers: null }]);
    look = () => Promise.resolve(1);
  });

  it('says within two seconds that a database hangs', async () => {
    let goOn!: (value: unknown) => void;
    state.database = () => new Promise((resolve) => (goOn = resolve));
    const start = performance.now();
    expect(await report()).toMatchObject([503, { status: 'unhealthy', database: false }]);
    expect(performance.now() - start).toBeLessThan(2_000);
    goOn(true);
    state.database = () => Promise.resolve(true);
    expect(await report()).toMatchObject([200, { database: true }]);
  });

  it('is ready from the migrations on', async () => {
    expect((await fetch(`${url}/health/ready`)).status).toBe(503);
    health.markReady();
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });
});

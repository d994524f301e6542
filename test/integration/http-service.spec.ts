import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AddressInfo, connect } from 'node:net';
import { Controller, Get, Injectable, Module, type OnModuleDestroy } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DomainError } from '../../src/shared/domain-error.js';
import type { Problem } from '../../src/shared/problem.js';
import { Health } from '../../src/platform/http/server/health.js';
import { createHttpApp } from '../../src/platform/http/server/http-app.js';
import { listen } from '../../src/platform/http/server/listen.js';
import { HttpModule } from '../../src/platform/http/http.module.js';
import { ProblemResponses } from '../../src/platform/http/documentation/openapi-problems.js';
import { ACCOUNT, gate, TestModule, app, startTestApp, stopTestApp } from '../support/http-test-app.js';
import { MERCHANT, type Json, call, get, expectProblem } from '../support/http-test-client.js';

beforeAll(startTestApp);

afterAll(stopTestApp);

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

/** What an operation answers with a status, wherever the document describes it. */
function answerTo(document: Json, operation: Json, status: number): Json {
  const answer = operation.responses[status];
  return answer.$ref === undefined ? answer : document.components.responses[answer.$ref.split('/').at(-1)];
}

describe('the OpenAPI document', () => {
  it('describes the endpoints, their problems and how to send a key', async () => {
    const { body } = await get('/docs-json', {});
    const create = body.paths['/api/v1/things'].post;
    expect(create.operationId).toBe('createThing');
    expect(create.requestBody.content['application/json'].schema.$ref).toBe('#/components/schemas/PayoutBody');
    const statuses = ['201', '400', '401', '403', '413', '415', '422', '429', '500', '503', 'default'];
    expect(Object.keys(create.responses)).toEqual(statuses);
    const { content, headers } = answerTo(body, create, 422);
    const { schema, examples } = content['application/problem+json'];
    expect(Object.keys(examples)).toEqual(['bank_account_unknown', 'insufficient_funds']);
    expect(schema.discriminator.mapping.insufficient_funds).toBe('#/components/schemas/InsufficientFundsProblem');
    expect(Object.keys(headers)).toEqual([
      ...['X-Request-Id', 'Cache-Control', 'X-Content-Type-Options'],
      ...['RateLimit-Policy', 'RateLimit', 'Idempotent-Replayed'],
    ]);
    expect(create.security).toEqual([{ ApiKey: [] }, { Bearer: [] }, { 'X-API-KEY': [] }]);
    expect(Object.keys(body.components.securitySchemes)).toEqual(['ApiKey', 'Bearer', 'X-API-KEY']);
    expect(create.parameters.map(({ name }: { name: string }) => name)).toEqual(['Idempotency-Key', 'X-Merchant-Id']);
    const { properties, required, additionalProperties } = body.components.schemas.PayoutBody;
    expect(additionalProperties).toBe(false);
    expect(required).toEqual(['amount_paise', 'bank_account_id']);
    expect(properties.amount_paise).toMatchObject({ type: 'integer', minimum: 100, maximum: 10_000_000_000_000 });
    expect(properties.split).toEqual({ anyOf: [{ $ref: '#/components/schemas/Split' }, { type: 'null' }] });
    expect(properties.mode).toMatchObject({ type: ['string', 'null'], enum: ['IMPS', 'NEFT', null] });
    expect(body.components.schemas.Split.additionalProperties).toBe(false);
    const list = body.paths['/api/v1/things'].get;
    expect(list.parameters.map(({ name }: { name: string }) => name).sort()).toEqual(
      ['X-Merchant-Id', 'cursor', 'limit', 'merchant_id', 'offset', 'status'].sort(),
    );
    const callback = body.paths['/api/v1/callbacks/{gateway}'].post;
    expect(callback).toMatchObject({ security: [] });
    expect(JSON.stringify(body)).not.toContain('x-public');
    expect(body.paths['/health'].get.security).toEqual([]);
  });

  it('names every member of a problem, and all codes', async () => {
    const { schemas } = (await get('/docs-json', {})).body.components;
    const funds = schemas.InsufficientFundsProblem;
    expect(funds.required).toEqual(expect.arrayContaining(['code', 'available_paise', 'amount_paise']));
    expect(funds.properties.code.enum).toEqual(['insufficient_funds']);
    const all = (await get('/problems', {})).body.results.map(({ code }: { code: string }) => code);
    expect(schemas.Problem.properties.code.enum).toEqual(all.sort());
  });

  it('says 415 where Fastify reads a body though the operation asks for none', async () => {
    const { body } = await get('/docs-json', {});
    expect(body.paths['/api/v1/things/{id}/cancel'].post.responses).toHaveProperty('415');
    expectProblem(
      await call('POST', `/api/v1/things/${ACCOUNT}/cancel`, { ...MERCHANT, 'content-type': 'text/plain' }, 'now'),
      415,
      'unsupported_media_type',
    );
  });

  it('is shown at /docs', async () => {
    expect((await get('/docs', {})).text).toContain('swagger-ui');
    expect((await get('/docs/swagger-ui-bundle.js', {})).status).toBe(200);
    expect((await get('/docs/start.js', {})).text).toContain('/docs-json');
  });

  it('is not made when an endpoint names a refusal that nobody has registered', async () => {
    class Unregistered extends DomainError {
      static override readonly problem: Problem = {
        ...{ code: 'blue_moon', status: 409, title: 'Not today' },
        ...{ meaning: 'It is not the day for that.', remedy: 'Wait.' },
      };
    }
    @Controller('unexplained')
    class UnexplainedController {
      @Get()
      @ProblemResponses(Unregistered)
      getUnexplained(): object {
        return {};
      }
    }
    @Module({ imports: [TestModule], controllers: [UnexplainedController] })
    class UnexplainedModule {}
    const { openApiDocument } = await import('../../src/platform/http/documentation/openapi.js');
    const preview = await createHttpApp(UnexplainedModule, { logger: false, preview: true });
    await expect(openApiDocument(preview)).rejects.toThrow('the problem blue_moon is registered');
  });

  it('takes refusals, and no codes', () => {
    // @ts-expect-error a code could be misspelt
    expect(() => ProblemResponses('not_found')).toThrow();
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
    const { openApiDocument } = await import('../../src/platform/http/documentation/openapi.js');
    const preview = await createHttpApp(ExplosiveModule, { logger: false, preview: true });
    expect(await openApiDocument(preview)).toEqual((await get('/docs-json', {})).body);
  });
});

describe('the start', () => {
  it('fails in one line when the port is taken', async () => {
    const second = await createHttpApp(TestModule, { logger: false });
    const { port } = app.getHttpServer().address() as AddressInfo;
    await expect(listen(second, { port, host: '127.0.0.1' })).rejects.toMatchObject({
      name: 'StartupError',
      message: `Port ${port} on 127.0.0.1 is in use. Stop what listens there, or set PORT to another one.`,
    });
    await second.close();
  });

  it('does not happen without an authenticator', async () => {
    @Module({ imports: [HttpModule.forRoot([])] })
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

  it('reports within two seconds that a database hangs', async () => {
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

import {
  Body,
  Controller,
  Delete,
  Get,
  Global,
  HttpCode,
  Injectable,
  type LoggerService,
  Module,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MerchantOnly, OperatorOnly, Public } from '../../src/platform/http/access/access.js';
import { Config } from '../../src/platform/config/config.js';
import type { ConnectionLimits } from '../../src/platform/http/overload/connections.js';
import { AmountPaise, Nested, OneOf, Text, Uuid } from '../../src/platform/http/requests/fields.js';
import { createHttpApp } from '../../src/platform/http/server/http-app.js';
import { listen } from '../../src/platform/http/server/listen.js';
import { InsufficientFunds } from '../../src/modules/ledger/domain/ledger.js';
import { BankAccountUnknown } from '../../src/modules/merchants/domain/refusals.js';
import { REFUSALS } from '../../src/main/refusals.js';
import { Overloaded as PlatformOverloaded } from '../../src/platform/group-commit/overloaded.js';
import { HttpModule } from '../../src/platform/http/http.module.js';
import { HttpSettings } from '../../src/platform/http/http.settings.js';
import { RateLimits } from '../../src/platform/rate-limits/rate-limits.js';
import { RateLimitSettings } from '../../src/platform/rate-limits/rate-limits.settings.js';
import { MetricsSettings } from '../../src/platform/metrics/metrics.settings.js';
import { ApiPage } from '../../src/platform/http/documentation/openapi.js';
import { ApiCreatedResponse } from '../../src/platform/http/documentation/openapi-decorators.js';
import { ProblemResponses } from '../../src/platform/http/documentation/openapi-problems.js';
import { IdempotencyKeyMissing, ValidationFailed } from '../../src/platform/http/problems/refusals.js';
import { type Page, MerchantPageQuery, PageRequest } from '../../src/platform/http/lists/pages.js';
import {
  actorOf,
  Authenticator,
  Caller,
  MerchantId,
  OptionalMerchantId,
  type Principal,
} from '../../src/platform/http/access/principal.js';
import { KeyedPost } from '../../src/platform/http/endpoints/keyed-post.js';
import { IdParam, Keyed } from '../../src/platform/http/endpoints/request-params.js';
import { BrokenInvariant } from '../../src/shared/assert.js';
import { DomainError } from '../../src/shared/domain-error.js';

export const ACME = '01890000-0000-7000-8000-00000000000a';
export const OTHER = '01890000-0000-7000-8000-00000000000b';
export const ACCOUNT = '01890000-0000-7000-8000-0000000000c1';

@Injectable()
class TestKeys extends Authenticator {
  authenticate(key: string): Promise<Principal | null> {
    if (key === 'merchant-key')
      return Promise.resolve({ kind: 'merchant', keyId: 'k1', merchantId: ACME, name: 'Key' });
    if (key === 'operator-key') return Promise.resolve({ kind: 'operator', keyId: 'k2', name: 'Olga' });
    if (key === 'key-of-a-dead-database') return Promise.reject(new Error('connection refused by 10.0.0.7'));
    return Promise.resolve(null);
  }

  redeem(): Promise<null> {
    return Promise.resolve(null);
  }

  holding(): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set());
  }
}

class Insufficient extends DomainError {
  static override readonly problem = InsufficientFunds.problem;
}
class Overloaded extends DomainError {
  static override readonly problem = PlatformOverloaded.problem;
}
class Unlisted extends DomainError {}

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

class ThingsQuery extends MerchantPageQuery {
  @OneOf(['pending', 'completed'], { optional: true }) status?: string;
}

export const THINGS = Array.from({ length: 45 }, (_, i) => ({
  id: `01890000-0000-7000-8000-${(i + 1).toString(16).padStart(12, '0')}`,
})).reverse();

/** How many requests handlers received, so that a test can see that nothing was changed. */
export let handled = 0;
export const gate: { open: () => void; opened: Promise<void>; entered: () => void } = {
  open: () => undefined,
  opened: Promise.resolve(),
  entered: () => undefined,
};

@Controller('things')
class ThingsController {
  @Post()
  @ApiCreatedResponse({ type: ThingDocument })
  @ProblemResponses(ValidationFailed, IdempotencyKeyMissing, InsufficientFunds, BankAccountUnknown)
  createThing(
    @Caller() caller: Principal,
    @MerchantId() merchantId: string,
    @Keyed((header) => (/^[ -~]{1,255}$/.test(header) ? header : null)) { key }: KeyedPost,
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
  getFailure(@OptionalMerchantId() _merchantId: string | null, @Req() request: FastifyRequest): never {
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

@Global()
@Module({
  providers: [
    { provide: MetricsSettings, useValue: { token: null, everySeconds: 0 } },
    { provide: HttpSettings, useValue: Config.fromEnvironment([HttpSettings], {}).get(HttpSettings) },
    { provide: RateLimitSettings, useValue: Config.fromEnvironment([RateLimitSettings], {}).get(RateLimitSettings) },
    { provide: RateLimits, useValue: new RateLimits(null) },
  ],
  exports: [MetricsSettings, HttpSettings, RateLimitSettings, RateLimits],
})
class TestSettingsModule {}

@Module({
  imports: [TestSettingsModule, HttpModule.forRoot(REFUSALS)],
  controllers: [ThingsController, OperatorsController, CallbacksController],
  providers: [{ provide: Authenticator, useClass: TestKeys }],
})
export class TestModule {}

class RecordingLogger implements LoggerService {
  readonly errors: string[] = [];
  log(): void {}
  warn(): void {}
  error(...parts: unknown[]): void {
    this.errors.push(parts.join(' '));
  }
}

export const log = new RecordingLogger();
export let app: NestFastifyApplication;
export let base: string;

const NO_LIMITS = { trustProxy: false, maxConnections: Infinity, maxConnectionsPerAddress: Infinity } as const;

export async function startTestApp(limits: Partial<ConnectionLimits> = {}): Promise<void> {
  app = await createHttpApp(TestModule, { logger: log, limits: { ...NO_LIMITS, ...limits } });
  base = await listen(app, { port: 0, host: '127.0.0.1' });
}

export const stopTestApp = (): Promise<void> => app.close();

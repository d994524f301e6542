import { Body, Controller, Get, Param, Patch } from '@nestjs/common';
import {
  actorOf,
  ApiOkResponse,
  ApiOperation,
  ApiPage,
  ApiTags,
  Caller,
  NotFound,
  onePage,
  OperatorOnly,
  type Page,
  type Principal,
  ProblemResponses,
  ValidationFailed,
} from '../../../platform/http/http.public.js';
import { BankGateways } from '../application/bank-gateways.js';
import { PaymentGateways } from '../application/payment-gateways.js';
import { Availability } from '../domain/availability.js';
import { GatewayTraffic } from '../domain/last-hour.js';
import { GatewayDocument, gatewayView } from './gateway-documents.js';
import { UpdateGatewayBody } from './gateway-requests.js';

/** The enabled banks and payment providers, and whether anything is sent to them. */
@ApiTags('Gateways')
@OperatorOnly()
@Controller('gateways')
export class GatewaysController {
  constructor(
    private readonly banks: BankGateways,
    private readonly payments: PaymentGateways,
    private readonly availability: Availability,
    private readonly traffic: GatewayTraffic,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listGateways',
    summary: 'List the enabled gateways: banks first, in order of preference, then payment providers',
    description:
      'Shows what each gateway can do, whether it is paused, the state of its circuit breaker, and the outcomes ' +
      'of its submissions in the last hour.',
  })
  @ApiPage(GatewayDocument)
  async listGateways(): Promise<Page<GatewayDocument>> {
    const [states, traffic] = await Promise.all([this.availability.report(), this.traffic.lastHour()]);
    const all = [...this.banks.all, ...this.payments.all];
    const results = all.map((gateway) => gatewayView(gateway, states, traffic));
    return onePage(results);
  }

  @Patch(':gateway')
  @ApiOperation({
    operationId: 'updateGateway',
    summary: 'Pause or resume a gateway, or close its circuit breaker',
    description:
      'A paused gateway gets no new submissions. Closing the breaker sends the gateway everything that waits for ' +
      'it. Takes effect in every process within about a second.',
  })
  @ApiOkResponse({ type: GatewayDocument })
  @ProblemResponses(ValidationFailed, NotFound)
  async updateGateway(
    @Caller() caller: Principal,
    @Param('gateway') gateway: string,
    @Body() { is_paused: isPaused, breaker, reason }: UpdateGatewayBody,
  ): Promise<GatewayDocument> {
    const found = this.banks.get(gateway) ?? this.payments.get(gateway);
    if (found === null) throw new NotFound('There is no such gateway, or it is not enabled.');
    const pauses = typeof isPaused === 'boolean';
    const closes = typeof breaker === 'string';
    if (!pauses && !closes)
      throw new ValidationFailed([{ pointer: '#', detail: 'Say what to change: is_paused, breaker, or both.' }]);
    const why = reason ?? null;
    if (why === null && (isPaused === true || closes)) {
      const detail = 'A reason is required to pause a gateway, and to close its breaker.';
      throw new ValidationFailed([{ pointer: '#/reason', detail }]);
    }
    const actor = actorOf(caller);
    if (pauses) await this.availability.pause(gateway, { actor, reason: isPaused ? why : null });
    if (closes) await this.availability.close(gateway, { actor, reason: why! });
    return gatewayView(found, await this.availability.report(), await this.traffic.lastHour());
  }
}

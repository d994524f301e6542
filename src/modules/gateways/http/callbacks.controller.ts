import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiTags,
  NotFound,
  ProblemResponses,
  Public,
  rawBodyOf,
  TakesRawBody,
  Unauthenticated,
} from '../../../platform/http/http.public.js';
import { ClockWatch } from '../../../platform/clock/clock.public.js';
import { ReceiveCallback } from '../application/receive-callback.js';
import { CallbackRefused } from '../domain/callback-events.js';

class ReceivedDocument {
  @ApiProperty({
    type: 'integer',
    description: 'The number of events in the callback, including those that were already known.',
  })
  received!: number;
}

/** Receives the webhooks of gateways, which authenticate by a signature and not by a key. */
@ApiTags('Gateways')
@Controller('gateways')
export class CallbacksController {
  constructor(
    private readonly receive: ReceiveCallback,
    private readonly clocks: ClockWatch,
  ) {}

  @Post(':gateway/callbacks')
  @HttpCode(200)
  @Public()
  @TakesRawBody()
  @ApiOperation({
    operationId: 'receiveCallback',
    summary: 'Receive a callback of a gateway',
    description:
      'The callback carries the gateway’s own signature. Every signed callback is stored and answered with 200. ' +
      'An event that is already known changes nothing; one that cannot be understood is kept for a person to ' +
      'look at.',
  })
  @ApiOkResponse({ type: ReceivedDocument })
  @ProblemResponses(Unauthenticated, NotFound)
  async receiveCallback(@Param('gateway') gateway: string, @Req() request: FastifyRequest): Promise<ReceivedDocument> {
    const callback = { headers: request.headers, body: rawBodyOf(request), receivedAt: this.clocks.now };
    const received = await this.receive.execute(gateway, callback).catch(refuse);
    if (received === null) throw new NotFound('There is no such gateway, or it does not send callbacks.');
    return { received };
  }
}

function refuse(error: unknown): never {
  if (!(error instanceof CallbackRefused)) throw error;
  throw new Unauthenticated(error.message);
}

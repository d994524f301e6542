import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import {
  NotFound,
  ProblemResponses,
  ProtocolError,
  Public,
  rawBodyOf,
  TakesRawBody,
  Unauthenticated,
} from '../../../platform/http/http.public.js';
import { ReceiveCallback } from '../application/receive-callback.js';
import { CallbackRefused } from '../domain/bank-gateway.js';

class ReceivedDocument {
  @ApiProperty({ type: 'integer', description: 'How many events it has; those that were known already count too.' })
  received!: number;
}

/** Where gateways send their webhooks. They authenticate by a signature, not by a key. */
@ApiTags('gateways')
@Controller('gateways')
export class CallbacksController {
  constructor(private readonly receive: ReceiveCallback) {}

  @Post(':gateway/callbacks')
  @HttpCode(200)
  @Public()
  @TakesRawBody()
  @ApiOperation({
    operationId: 'receiveCallback',
    summary: 'Receive a callback of a gateway',
    description: 'Signed as the gateway signs it. An event that is known already is answered 200 and changes nothing.',
  })
  @ApiOkResponse({ type: ReceivedDocument })
  @ProblemResponses('malformed_request', 'unauthenticated', 'not_found')
  async receiveCallback(@Param('gateway') gateway: string, @Req() request: FastifyRequest): Promise<ReceivedDocument> {
    const callback = { headers: request.headers, body: rawBodyOf(request), receivedAt: new Date() };
    const received = await this.receive.execute(gateway, callback).catch(refuse);
    if (received === null) throw new NotFound('There is no such gateway, or it sends no callbacks.');
    return { received };
  }
}

function refuse(error: unknown): never {
  if (!(error instanceof CallbackRefused)) throw error;
  if (error.because === 'unsigned') throw new Unauthenticated(error.message);
  throw new ProtocolError('malformed_request', error.message);
}

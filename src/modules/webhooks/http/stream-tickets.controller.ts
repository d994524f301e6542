import { Controller, HttpCode, Post } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  Caller,
  type Principal,
  Tickets,
} from '../../../platform/http/http.public.js';
import { STREAM, StreamTicketDocument } from './event-documents.js';

/** For browsers, whose EventSource sends no headers: a key in the address would stay in logs for good. */
@ApiTags('Events')
@Controller('events/stream-tickets')
export class StreamTicketsController {
  constructor(private readonly tickets: Tickets) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'createStreamTicket',
    summary: 'Make a ticket for the event stream',
    description:
      'It stands for the key that asks, for `GET /events/stream` alone: once, through any process, within a minute. ' +
      'Whoever is cut off asks for another one. The stream ends with the key.',
  })
  @ApiOkResponse({ type: StreamTicketDocument })
  async create(@Caller() { keyId }: Principal): Promise<StreamTicketDocument> {
    const { text, expiresAt } = await this.tickets.issue(keyId, STREAM);
    return { ticket: text, expires_at: expiresAt.toISOString() };
  }
}

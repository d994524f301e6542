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
    summary: 'Create a ticket for the event stream',
    description:
      'The ticket replaces the API key for `GET /events/stream`. It works once, through any process, within a ' +
      'minute. To connect again, ask for a new ticket. The stream ends when the key is revoked.',
  })
  @ApiOkResponse({ type: StreamTicketDocument })
  async create(@Caller() { keyId }: Principal): Promise<StreamTicketDocument> {
    const { text, expiresAt } = await this.tickets.issue(keyId, STREAM);
    return { ticket: text, expires_at: expiresAt.toISOString() };
  }
}

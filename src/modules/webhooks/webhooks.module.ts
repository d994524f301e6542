import { Module } from '@nestjs/common';
import { KeyCheck } from '../../platform/http/http.public.js';
import { MerchantsModule } from '../merchants/merchants.module.js';
import { EventStreams } from './application/event-streams.js';
import { ManageEndpoints } from './application/manage-endpoints.js';
import { TestEndpoint } from './application/test-endpoint.js';
import { HookSender } from './domain/hook-sender.js';
import { WebhookEndpoints } from './domain/webhook-endpoints.js';
import { EventStreamController } from './http/event-stream.controller.js';
import { EventsController } from './http/events.controller.js';
import { WebhookEndpointsController } from './http/webhook-endpoints.controller.js';
import { WebhookSecretsController } from './http/webhook-secrets.controller.js';
import { HttpHookSender } from './infrastructure/http-hook-sender.js';
import { SecretsCheck } from './infrastructure/secrets-check.js';
import { SqlWebhookEndpoints } from './infrastructure/sql-webhook-endpoints.js';

/** Telling merchants what has happened. Expects the outbox, which keeps it, from a global module. */
@Module({
  imports: [MerchantsModule],
  // The stream first: its path would be an id of the events'.
  controllers: [EventStreamController, EventsController, WebhookEndpointsController, WebhookSecretsController],
  providers: [
    EventStreams,
    KeyCheck,
    ManageEndpoints,
    TestEndpoint,
    SecretsCheck,
    { provide: HookSender, useClass: HttpHookSender },
    { provide: WebhookEndpoints, useClass: SqlWebhookEndpoints },
  ],
})
export class WebhooksModule {}

import { Module } from '@nestjs/common';
import { Books } from '../../platform/group-commit/group-commit.public.js';
import { DatabaseGauges } from '../../platform/metrics/metrics.public.js';
import { GatewaysModule } from '../gateways/gateways.module.js';
import { Database, type Sql } from '../../platform/database/database.public.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { BookChecks } from '../ledger/ledger.public.js';
import { MerchantsModule } from '../merchants/merchants.module.js';
import { StreamSources } from './application/stream-sources.js';
import { EventStreams } from './application/event-streams.js';
import { FanOutEvents } from './application/fan-out-events.js';
import { RecordResult } from './application/record-result.js';
import { ManageDeliveries } from './application/manage-deliveries.js';
import { ManageEndpoints } from './application/manage-endpoints.js';
import { ReceiverPermits } from './application/receiver-permits.js';
import { ReencryptSecrets } from './application/reencrypt-secrets.js';
import { SendDeliveries } from './application/send-deliveries.js';
import { TestEndpoint } from './application/test-endpoint.js';
import { TurnOffEndpoint } from './application/turn-off-endpoint.js';
import { AttemptCounter } from './domain/attempt-counter.js';
import { HookSender } from './domain/hook-sender.js';
import { SealedSecrets } from './domain/sealed-secrets.js';
import { StreamPlaces } from './domain/stream-places.js';
import { WebhookEndpoints } from './domain/webhook-endpoints.js';
import { EventStreamController } from './http/event-stream.controller.js';
import { Deliveries, DeliveryWork, EventCursors } from './domain/deliveries.js';
import { WebhookRecoveryController } from './http/webhook-recovery.controller.js';
import { WebhookSecretsController } from './http/webhook-secrets.controller.js';
import { WebhookTestsController } from './http/webhook-tests.controller.js';
import { StreamTicketsController } from './http/stream-tickets.controller.js';
import { EventsController } from './http/events.controller.js';
import { WebhookEndpointsController } from './http/webhook-endpoints.controller.js';
import { WebhookDeliveriesController } from './http/webhook-deliveries.controller.js';
import { AttemptMetrics } from './infrastructure/attempt-metrics.js';
import { showDeliveries } from './infrastructure/delivery-gauges.js';
import { EndpointSwitchStore } from './infrastructure/endpoint-switch-store.js';
import { checkEvents } from './infrastructure/event-check.js';
import { HttpHookSender } from './infrastructure/http-hook-sender.js';
import { SecretsCheck } from './infrastructure/secrets-check.js';
import { SqlDeliveries } from './infrastructure/sql-deliveries.js';
import { SqlDeliveryWork } from './infrastructure/sql-delivery-work.js';
import { DistributedEventCursors } from './infrastructure/distributed-event-cursors.js';
import { SqlEventCursors } from './infrastructure/sql-event-cursors.js';
import { SqlSealedSecrets } from './infrastructure/sql-sealed-secrets.js';
import { SqlStreamPlaces } from './infrastructure/sql-stream-places.js';
import { SqlWebhookEndpoints } from './infrastructure/sql-webhook-endpoints.js';
import { DeliverWebhooks } from './jobs/deliver-webhooks.js';
import { ReplanMisdatedDeliveries } from './jobs/replan-misdated-deliveries.js';
import { PruneDeliveries } from './jobs/prune-deliveries.js';

/** For the command line, which signs the events that it forwards as Bahi does. */
export { signedHeaders } from './infrastructure/standard-webhooks.js';

/** For the command line, which sends no webhooks. Expects the data keys from a global module. */
@Module({ providers: [ReencryptSecrets, { provide: SealedSecrets, useClass: SqlSealedSecrets }] })
export class WebhookSecretsModule {}

/** The checks of events in `verify`, for the command line too. */
@Module({ imports: [LedgerModule] })
export class EventChecksModule {
  constructor(checks: BookChecks<Sql>) {
    checks.add(checkEvents);
  }
}

/** Notifies merchants of events. Expects the outbox, which stores the events, from a global module. */
@Module({
  imports: [EventChecksModule, GatewaysModule, MerchantsModule],
  controllers: [
    // The stream comes first: otherwise its path would be taken for the id of an event.
    EventStreamController,
    StreamTicketsController,
    EventsController,
    WebhookEndpointsController,
    WebhookSecretsController,
    WebhookTestsController,
    WebhookRecoveryController,
    WebhookDeliveriesController,
  ],
  providers: [
    EventStreams,
    StreamSources,
    FanOutEvents,
    RecordResult,
    ManageDeliveries,
    ManageEndpoints,
    ReceiverPermits,
    SendDeliveries,
    TestEndpoint,
    TurnOffEndpoint,
    SecretsCheck,
    DeliverWebhooks,
    ReplanMisdatedDeliveries,
    PruneDeliveries,
    { provide: AttemptCounter, useClass: AttemptMetrics },
    { provide: HookSender, useClass: HttpHookSender },
    { provide: Deliveries, useClass: SqlDeliveries },
    { provide: DeliveryWork, useClass: SqlDeliveryWork },
    {
      provide: EventCursors,
      inject: [Database],
      useFactory: (database: Database) =>
        database.placement.distributed ? new DistributedEventCursors(database) : new SqlEventCursors(database),
    },
    { provide: StreamPlaces, useClass: SqlStreamPlaces },
    { provide: WebhookEndpoints, useClass: SqlWebhookEndpoints },
  ],
})
export class WebhooksModule {
  constructor(books: Books, gauges: DatabaseGauges) {
    books.register(new EndpointSwitchStore());
    showDeliveries(gauges);
  }
}

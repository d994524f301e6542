import { Logger, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../platform/config/config.public.js';
import { Database, DatabaseFailovers, SUBMISSIONS_STOPPED } from '../../platform/database/database.public.js';
import { countOf, DatabaseGauges, Metrics } from '../../platform/metrics/metrics.public.js';
import { watchClocks } from './application/process-clocks.js';
import { Admissions } from './application/admissions.js';
import { BankGateways } from './application/bank-gateways.js';
import { ChangeRouting } from './application/change-routing.js';
import { CallbackProcessing } from './application/callback-processing.js';
import type { GatewayCallEnded } from './application/gateway-call.js';
import { PaymentGateways } from './application/payment-gateways.js';
import { ReceiveCallback } from './application/receive-callback.js';
import {
  checkEnabledGateways,
  enabledGateways,
  hostsOfEnabled,
  openEnabledBanks,
  openEnabledProviders,
} from './application/enabled-gateways.js';
import { ConfiguredRecovery } from './application/configured-recovery.js';
import { PreviewRouting } from './application/preview-routing.js';
import { Router } from './application/router.js';
import { Settlements } from './application/settlements.js';
import { Wakes } from './application/wakes.js';
import { Availability } from './domain/availability.js';
import { CallbackCounter } from './domain/callback-counter.js';
import { CallbackInbox } from './domain/callback-inbox.js';
import { GatewayAdapters } from './domain/gateway-adapters.js';
import { GatewayHosts } from './domain/gateway-hosts.js';
import { GatewayTraffic } from './domain/last-hour.js';
import { RoutingRules } from './domain/routing.js';
import { BreakerSettings, SubmissionSettings } from './gateways.settings.js';
import { CallbacksController } from './http/callbacks.controller.js';
import { GatewaysController } from './http/gateways.controller.js';
import { RoutingPreviewController } from './http/routing-preview.controller.js';
import { RoutingRulesController } from './http/routing-rules.controller.js';
import { isAhead, longestOpening } from './infrastructure/breaker-trials.js';
import { CircuitBreakers } from './infrastructure/circuit-breakers.js';
import { CallbackMetrics } from './infrastructure/callback-metrics.js';
import { GatewayMinutes } from './infrastructure/gateway-minutes.js';
import { SqlCallbackInbox } from './infrastructure/sql-callback-inbox.js';
import { SqlRoutingRules } from './infrastructure/sql-routing-rules.js';
import { OrderFlows } from './jobs/order-flows.js';
import { PruneCallbacks } from './jobs/prune-callbacks.js';
import { WakeWaitingOrders } from './jobs/wake-waiting-orders.js';

/** Used by the wiring of the flows. */
export { OrderFlows } from './jobs/order-flows.js';
export { orderProcessor } from './jobs/order-processor.js';
export { sweepDueCallbacks } from './jobs/sweep-due-callbacks.js';

/** The adapters of this module, which the entry points register together with the simulated ones. */
export { BANK_ADAPTERS } from './infrastructure/bank-adapters.js';
export { PROVIDER_ADAPTERS } from './infrastructure/provider-adapters.js';

/** The token of the function that is called after each call to a gateway. */
const CALLS_ENDED = Symbol('calls ended');

/** Measures how calls end, and how long they take. */
function measureCalls(metrics: Metrics): (call: GatewayCallEnded) => void {
  const seconds = metrics.histogram({
    name: 'bahi_gateway_call_seconds',
    help: 'Duration of calls to gateways, by gateway, kind of call and outcome.',
    labelNames: ['gateway', 'call', 'ending'],
  });
  return ({ gateway, call, ending, seconds: took }) => seconds.observe({ gateway, call, ending }, took);
}

/** Gauges of what only the database knows: they are the same in every process. */
function showStates(gauges: DatabaseGauges, { openSeconds }: BreakerSettings): void {
  const isOpen = isAhead('open_until', `${longestOpening(openSeconds)}`);
  gauges.add({
    name: 'bahi_gateway_breaker_open',
    help: '1 while the circuit breaker of the gateway is open. Only gateways that were ever paused or down are listed.',
    labelNames: ['gateway'],
    sql: `SELECT jsonb_build_object('gateway', gateway) AS labels, ${isOpen}::integer AS value
      FROM gateway_states`,
  });
  gauges.add({
    name: 'bahi_gateway_breaker_half_open',
    help: '1 while the circuit breaker of the gateway is half open: it was open, and no trial has been answered since.',
    labelNames: ['gateway'],
    sql: `SELECT jsonb_build_object('gateway', gateway) AS labels,
        (open_until IS NOT NULL AND NOT ${isOpen})::integer AS value
      FROM gateway_states`,
  });
  gauges.add({
    name: 'bahi_submissions_stopped',
    help: '1 while nothing is submitted to any gateway, after a failover of the database that may have lost payouts.',
    sql: `SELECT (${SUBMISSIONS_STOPPED})::integer AS value`,
  });
  gauges.add({
    name: 'bahi_gateway_callbacks_waiting',
    help: 'Stored callbacks that were not processed yet; counted up to 100,000.',
    sql: `SELECT ${countOf('gateway_callbacks WHERE next_try_at IS NOT NULL')} AS value`,
  });
}

/**
 * Counts submissions for the circuit breakers. Nobody waits for the count, and a failure to write it is only logged.
 */
function watchSubmissions(availability: Availability): (call: GatewayCallEnded) => void {
  const logger = new Logger('Gateways');
  return ({ gateway, call, reference: orderId, by, result, seconds }) => {
    if (call !== 'submission' || by === null) return;
    const { merchantId, attempt, trial } = by;
    availability
      .ended({ gateway, orderId, merchantId, attempt, trial, result, seconds })
      .catch((error: unknown) =>
        logger.error(
          `the result of a submission was not recorded for the circuit breaker of ${gateway}: ${String(error)}`,
        ),
      );
  };
}

/**
 * Expects settings, `Database`, `Metrics` and `GatewayAdapters` from global modules. Throws when no bank is enabled.
 */
@Module({
  controllers: [GatewaysController, RoutingRulesController, RoutingPreviewController, CallbacksController],
  providers: [
    {
      provide: CALLS_ENDED,
      inject: [Metrics, Availability, GatewayTraffic],
      useFactory: (metrics: Metrics, availability: Availability, traffic: GatewayTraffic) => {
        const measure = measureCalls(metrics);
        const watch = watchSubmissions(availability);
        const count = ({ call, gateway, ending, seconds }: GatewayCallEnded): void => {
          if (call === 'submission') traffic.note(gateway, ending, seconds);
        };
        return (call: GatewayCallEnded): void => (measure(call), watch(call), count(call));
      },
    },
    {
      provide: BankGateways,
      inject: [Config, GatewayAdapters, CALLS_ENDED],
      useFactory: (config: Config, adapters: GatewayAdapters, ended: (call: GatewayCallEnded) => void) => {
        const { gatewayTimeoutSeconds } = config.get(SubmissionSettings);
        return new BankGateways(openEnabledBanks(enabledGateways(config), adapters), gatewayTimeoutSeconds, ended);
      },
    },
    {
      provide: PaymentGateways,
      inject: [Config, GatewayAdapters, CALLS_ENDED],
      useFactory: (config: Config, adapters: GatewayAdapters, ended: (call: GatewayCallEnded) => void) => {
        const { gatewayTimeoutSeconds } = config.get(SubmissionSettings);
        const providers = openEnabledProviders(enabledGateways(config), adapters);
        return new PaymentGateways(providers, gatewayTimeoutSeconds, ended);
      },
    },
    {
      provide: GatewayHosts,
      inject: [Config, GatewayAdapters],
      useFactory: (config: Config, adapters: GatewayAdapters) =>
        new GatewayHosts(hostsOfEnabled(enabledGateways(config), adapters)),
    },
    {
      provide: Availability,
      inject: [Database, BreakerSettings, SubmissionSettings, DatabaseFailovers],
      useFactory: (
        database: Database,
        breakers: BreakerSettings,
        submissions: SubmissionSettings,
        failovers: DatabaseFailovers,
      ) =>
        new CircuitBreakers(
          database,
          { openSeconds: breakers.openSeconds, trialSeconds: submissions.processingTimeoutSeconds },
          failovers,
        ),
    },
    { provide: GatewayTraffic, inject: [Database], useFactory: (database: Database) => new GatewayMinutes(database) },
    { provide: RoutingRules, inject: [Database], useFactory: (database: Database) => new SqlRoutingRules(database) },
    { provide: CallbackCounter, useClass: CallbackMetrics },
    { provide: CallbackInbox, inject: [Database], useFactory: (database: Database) => new SqlCallbackInbox(database) },
    Admissions,
    ChangeRouting,
    CallbackProcessing,
    OrderFlows,
    PreviewRouting,
    PruneCallbacks,
    ReceiveCallback,
    ConfiguredRecovery,
    Router,
    Settlements,
    Wakes,
    WakeWaitingOrders,
  ],
  exports: [
    Admissions,
    Availability,
    BankGateways,
    CallbackInbox,
    CallbackProcessing,
    GatewayHosts,
    OrderFlows,
    PaymentGateways,
    ReceiveCallback,
    ConfiguredRecovery,
    Router,
    Settlements,
    Wakes,
  ],
})
export class GatewaysModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private endWatch: () => void = () => undefined;

  constructor(gauges: DatabaseGauges, breakers: BreakerSettings) {
    showStates(gauges, breakers);
  }

  onApplicationBootstrap(): void {
    this.endWatch = watchClocks();
  }

  onApplicationShutdown(): void {
    this.endWatch();
  }

  /**
   * Checks the enabled gateways before the start opens anything: an error that is thrown while Nest builds its modules
   * is logged with a stack trace.
   *
   * @throws StartupError when `GATEWAYS` names an unknown gateway or no bank, or when a gateway lacks a setting
   */
  static check(config: Config, adapters: GatewayAdapters): void {
    checkEnabledGateways(enabledGateways(config), adapters);
  }
}

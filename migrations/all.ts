import { Books1700000000100 } from './0100-books.js';
import { Merchants1700000000200 } from './0200-merchants.js';
import { Ledger1700000000300 } from './0300-ledger.js';
import { Idempotency1700000000400 } from './0400-idempotency.js';
import { BankSimulator1700000000500 } from './0500-bank-simulator.js';
import { Outbox1700000000600 } from './0600-outbox.js';
import { Payouts1700000000700 } from './0700-payouts.js';
import { WorkerPresence1700000000800 } from './0800-worker-presence.js';
import { OutboxOrigin1700000000900 } from './0900-outbox-origin.js';
import { Upi1700000001000 } from './1000-upi.js';
import { PayoutReturns1700000001100 } from './1100-payout-returns.js';
import { Gateways1700000001200 } from './1200-gateways.js';
import { Payments1700000001300 } from './1300-payments.js';
import { PaymentSimulator1700000001400 } from './1400-payment-simulator.js';
import { WithoutJit1700000001500 } from './1500-without-jit.js';
import { LiveTime1700000001600 } from './1600-live-time.js';
import { MoneyBack1700000001700 } from './1700-money-back.js';
import { Callbacks1700000001800 } from './1800-callbacks.js';
import { ReturnWatch1700000001810 } from './1810-return-watch.js';
import { SettledCallbacks1700000001820 } from './1820-settled-callbacks.js';
import { UnchangedAnswers1700000001900 } from './1900-unchanged-answers.js';
import { ListRefunds1700000001910 } from './1910-list-refunds.js';
import { Acknowledgements1700000001920 } from './1920-acknowledgements.js';
import { Waiting1700000002000 } from './2000-waiting.js';
import { Breakers1700000002100 } from './2100-breakers.js';
import { EndsThatStay1700000002200 } from './2200-ends-that-stay.js';
import { WhatWasRequested1700000002300 } from './2300-what-was-requested.js';
import { TimelineChain1700000002310 } from './2310-timeline-chain.js';
import { AdminRole1700000002320 } from './2320-admin-role.js';
import { WatchOfEarlierReleases1700000002330 } from './2330-watch-of-earlier-releases.js';
import { AnotherTransfer1700000002340 } from './2340-another-transfer.js';
import { WellFormed1700000002370 } from './2370-well-formed.js';
import { HolderNames1700000002400 } from './2400-holder-names.js';
import { ProviderIds1700000002410 } from './2410-provider-ids.js';
import { Validated1700000002440 } from './2440-validated.js';
import { LedgerPartners1700000002450 } from './2450-ledger-partners.js';
import { Compatibility1700000002455 } from './2455-compatibility.js';
import { WaitingAt1700000002460 } from './2460-waiting-at.js';
import { LiveTimeOfAnswers1700000002470 } from './2470-live-time-of-answers.js';
import { DatedByTheClock1700000002480 } from './2480-dated-by-the-clock.js';
import { HoldDigests1700000002490 } from './2490-hold-digests.js';
import { CallbacksToJudge1700000002500 } from './2500-callbacks-to-judge.js';
import { RateLimits1700000002510 } from './2510-rate-limits.js';
import { Searches1700000002520 } from './2520-searches.js';
import { DueByLiveTime1700000002530 } from './2530-due-by-live-time.js';
import { OneIndexOfReferences1700000002540 } from './2540-one-index-of-references.js';
import { StaticLedgerTriggers1700000002560 } from './2560-static-ledger-triggers.js';
import { Events1700000002570 } from './2570-events.js';
import { WebhookEndpoints1700000002580 } from './2580-webhook-endpoints.js';
import { WebhookDeliveries1700000002590 } from './2590-webhook-deliveries.js';
import { EventsThatLast1700000002600 } from './2600-events-that-last.js';
import { LedgerSummedByDay1700000002730 } from './2730-ledger-summed-by-day.js';
import { AttemptsThatCount1700000002731 } from './2731-attempts-that-count.js';
import { StreamTickets1700000002735 } from './2735-stream-tickets.js';
import { VerifyRuns1700000002740 } from './2740-verify-runs.js';
import { GatewayMinutes1700000002741 } from './2741-gateway-minutes.js';
import { BalanceAlerts1700000002745 } from './2745-balance-alerts.js';
import { OutboxQueue1700000002820 } from './2820-outbox-queue.js';
import { DatabaseFailovers1700000002840 } from './2840-database-failovers.js';
import { LedgerOnShards1700000002860 } from './2860-ledger-on-shards.js';
import { OrdersOnShards1700000002880 } from './2880-orders-on-shards.js';
import { DeliveriesByObject1700000002900 } from './2900-deliveries-by-object.js';
import { MerchantLimits1700000002920 } from './2920-merchant-limits.js';
import { FindingParticulars1700000002940 } from './2940-finding-particulars.js';

/**
 * Every migration, in order. A list and not a folder pattern: a migration that is forgotten here fails the first test,
 * not a start.
 */
export const MIGRATIONS = [
  Books1700000000100,
  Merchants1700000000200,
  Ledger1700000000300,
  Idempotency1700000000400,
  BankSimulator1700000000500,
  Outbox1700000000600,
  Payouts1700000000700,
  WorkerPresence1700000000800,
  OutboxOrigin1700000000900,
  Upi1700000001000,
  PayoutReturns1700000001100,
  Gateways1700000001200,
  Payments1700000001300,
  PaymentSimulator1700000001400,
  WithoutJit1700000001500,
  LiveTime1700000001600,
  MoneyBack1700000001700,
  Callbacks1700000001800,
  ReturnWatch1700000001810,
  SettledCallbacks1700000001820,
  UnchangedAnswers1700000001900,
  ListRefunds1700000001910,
  Acknowledgements1700000001920,
  Waiting1700000002000,
  Breakers1700000002100,
  EndsThatStay1700000002200,
  WhatWasRequested1700000002300,
  TimelineChain1700000002310,
  AdminRole1700000002320,
  WatchOfEarlierReleases1700000002330,
  AnotherTransfer1700000002340,
  WellFormed1700000002370,
  HolderNames1700000002400,
  ProviderIds1700000002410,
  Validated1700000002440,
  LedgerPartners1700000002450,
  Compatibility1700000002455,
  WaitingAt1700000002460,
  LiveTimeOfAnswers1700000002470,
  DatedByTheClock1700000002480,
  HoldDigests1700000002490,
  CallbacksToJudge1700000002500,
  RateLimits1700000002510,
  Searches1700000002520,
  DueByLiveTime1700000002530,
  OneIndexOfReferences1700000002540,
  StaticLedgerTriggers1700000002560,
  Events1700000002570,
  WebhookEndpoints1700000002580,
  WebhookDeliveries1700000002590,
  EventsThatLast1700000002600,
  LedgerSummedByDay1700000002730,
  AttemptsThatCount1700000002731,
  StreamTickets1700000002735,
  VerifyRuns1700000002740,
  GatewayMinutes1700000002741,
  BalanceAlerts1700000002745,
  OutboxQueue1700000002820,
  DatabaseFailovers1700000002840,
  LedgerOnShards1700000002860,
  OrdersOnShards1700000002880,
  DeliveriesByObject1700000002900,
  MerchantLimits1700000002920,
  FindingParticulars1700000002940,
] as const;

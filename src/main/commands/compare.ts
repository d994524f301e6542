import { NestFactory } from '@nestjs/core';
import { formatPaise } from '../../shared/money.js';
import { type Config, StartupError } from '../../platform/config/config.public.js';
import { ServerClock } from '../../platform/clock/clock.public.js';
import { DatabaseFailovers, type Failover } from '../../platform/database/database.public.js';
import { PinoLogger } from '../../platform/logger/logger.public.js';
import { SubmissionSettings } from '../../modules/gateways/gateways.settings.js';
import {
  type BankDifference,
  CompareWithBanks,
  type ComparisonStep,
  mayBePaidTwice,
} from '../../modules/payouts/payouts.public.js';
import { UncomparedProviders } from '../../modules/payments/payments.public.js';
import type { Command } from './command.js';
import { BahiModule } from '../modules.js';
import { assertPrepared } from '../database-at-start.js';
import { ProgressLine } from './progress-line.js';
import { commandActor } from './command-actor.js';

const DAY_MS = 24 * 3_600_000;

/** The exit code if there are differences. */
const DIFFERENT = 1;
/** The exit code if something could not be compared, and nothing else differs. */
const INCOMPLETE = 2;

type Unread = Extract<ComparisonStep, { readonly kind: 'unread' }>;

interface Outcome {
  readonly differences: BankDifference[];
  readonly incomplete: boolean;
  /** Banks whose lists are not guaranteed to be complete. */
  readonly mayLack: readonly string[];
  /** Payment providers whose charges only a person can compare. */
  readonly uncompared: readonly string[];
  readonly unread: readonly Unread[];
}

/**
 * Compares payouts with the orders that the banks list, and names the providers whose payments must be compared by
 * hand. If submissions are stopped after a failover and nothing can be paid twice, lets them resume.
 */
export const compare: Command<'compare'> = async (config, { from, to }, print) => {
  await assertPrepared(config);
  const logger = new PinoLogger('error');
  const app = await NestFactory.createApplicationContext(BahiModule.forRoot(config, { worker: false, command: true }), {
    logger,
    abortOnError: false,
  });
  try {
    const failovers = app.get(DatabaseFailovers, { strict: false });
    // On the clock by which failovers are dated: what the banks were asked to do after this time may still be on its
    // way.
    const { clockTime: now } = await app.get(ServerClock, { strict: false }).now();
    const stopping = (await failovers.list()).filter(({ wasSynchronous, resumed }) => !wasSynchronous && !resumed);
    const since = Math.min(now.getTime(), ...stopping.map(({ seenAt }) => seenAt.getTime())) - DAY_MS;
    const period = { from: from ?? new Date(since), to: to === null || to > now ? now : to };
    if (period.from >= period.to)
      throw new StartupError(
        `--from ${period.from.toISOString()} is not before ${period.to.toISOString()}: give another --from or --to.`,
      );
    print(`Comparing with the banks’ orders from ${period.from.toISOString()} to ${period.to.toISOString()}.`);
    const comparison = app.get(CompareWithBanks, { strict: false });
    const providers = app.get(UncomparedProviders, { strict: false });
    const outcome = await compared(comparison, providers, period, print);
    const { differences, incomplete, uncompared } = outcome;
    if (differences.length === 0 && !incomplete) print(noDifference(uncompared));
    outcome.unread.flatMap(unreadLines).forEach(print);
    if (stopping.length > 0) {
      const whyStopped = whyNot(stopping, outcome, period, config) ?? (await resumed(failovers, stopping));
      print(whyStopped === null ? 'Submissions are resumed.' : `Submissions stay stopped: ${whyStopped}`);
    }
    return exitCodeOf(outcome);
  } finally {
    await app.close();
  }
};

function exitCodeOf({ differences, incomplete }: Outcome): number {
  if (differences.length > 0) return DIFFERENT;
  return incomplete ? INCOMPLETE : 0;
}

/** @returns why submissions may not resume by themselves nevertheless; null if they have resumed */
async function resumed(failovers: DatabaseFailovers, judged: readonly Failover[]): Promise<string | null> {
  const reason = 'compare --with-bank has found nothing that could be paid twice.';
  await failovers.resume({ actor: commandActor(), reason }, judged);
  const another = await failovers.stoppedSince();
  return another === null ? null : `the database failed over again at ${another.toISOString()}; run the command again.`;
}

async function compared(
  comparison: CompareWithBanks,
  providers: UncomparedProviders,
  period: { readonly from: Date; readonly to: Date },
  print: (line: string) => void,
): Promise<Outcome> {
  const differences: BankDifference[] = [];
  const mayLack: string[] = [];
  const unread: Unread[] = [];
  let uncompared: readonly string[] = [];
  let incomplete = false;
  const progress = new ProgressLine();
  const lookedThrough = lookedThroughOn(progress);
  try {
    for await (const step of comparison.execute(period)) {
      if (step.kind === 'looked_through') {
        lookedThrough('payouts', step);
        continue;
      }
      progress.clear();
      if (step.kind === 'listed') print(`${step.gateway}: ${step.orders} orders to ${step.to.toISOString()}`);
      else if (step.kind === 'different') print(lineOf((differences.push(step.difference), step.difference)));
      else if (step.kind === 'may_lack') mayLack.push(step.gateway);
      else if (step.kind === 'unread') unread.push(step);
      else {
        incomplete = true;
        print(
          step.kind === 'cannot_list'
            ? byHand(step.gateway)
            : `${step.gateway} does not say how ${step.reference} ended.`,
        );
      }
    }
    uncompared = await providers.execute(period, (looked) => lookedThrough('payments', looked));
    progress.clear();
    uncompared.map(byHand).forEach(print);
  } catch (error) {
    progress.clear();
    if (error instanceof StartupError) throw error;
    // The server's message about a node that is down has several lines.
    const [why] = (error as Error).message.split('\n');
    print(`Interrupted: ${why}. Run it again.`);
    incomplete = true;
  }
  return { differences, incomplete: incomplete || unread.length > 0, mayLack, uncompared, unread };
}

/** Shows how far orders have been searched for gateways that are no longer enabled. */
function lookedThroughOn(progress: ProgressLine) {
  const sums = { payouts: 0, payments: 0 };
  return (what: keyof typeof sums, { orders, to }: { readonly orders: number; readonly to: Date }): void => {
    sums[what] += orders;
    progress.show(() => `${sums[what]} ${what} checked, to ${to.toISOString()} ...`);
  };
}

function noDifference(uncompared: readonly string[]): string {
  if (uncompared.length === 0) return 'No differences.';
  return (
    `No differences between payouts and banks. Payments and refunds at ${uncompared.join(' and ')} were not ` +
    'compared.'
  );
}

/** What was read before the failure is compared and not lost. */
function unreadLines({ gateway, period, why }: Unread): string[] {
  const from = period.from.toISOString();
  const to = period.to.toISOString();
  return [
    `NOT READ: the orders of ${gateway} from ${from} to ${to}: ${why}.`,
    `When it answers again, compare that period too: compare --with-bank --from ${from} --to ${to}`,
  ];
}

function byHand(gateway: string): string {
  return `The orders of ${gateway} cannot be listed: compare with its statement by hand.`;
}

function lineOf({ kind, gateway, reference, amountPaise, at, merchantId, status }: BankDifference): string {
  const whose = merchantId === null ? '' : `, of merchant ${merchantId}, ${status} here`;
  return `${kind.toUpperCase()} ${gateway} ${reference}: ${formatPaise(amountPaise)} at ${at.toISOString()}${whose}`;
}

/** Why submissions may not resume by themselves; null if they may. */
function whyNot(
  stopping: readonly Failover[],
  { differences, incomplete, mayLack, uncompared }: Outcome,
  { from, to }: { readonly from: Date; readonly to: Date },
  config: Config,
): string | null {
  const resume = 'settle this, then run resume-submissions.';
  const seen = stopping.map(({ seenAt }) => seenAt.getTime());
  const settledMs = config.get(SubmissionSettings).processingTimeoutSeconds * 1_000;
  // A payout that was on its way to a bank at that time may not have been in the bank's list before.
  const earliest = new Date(Math.max(...seen) + settledMs);
  if (differences.some(mayBePaidTwice)) return `a bank has orders that are not known here; ${resume}`;
  if (incomplete) return `not everything could be compared; ${resume}`;
  if (uncompared.length > 0)
    return (
      `charges and refunds at ${uncompared.join(' and ')} were not compared: compare them by hand, then run ` +
      'resume-submissions.'
    );
  if (from.getTime() > Math.min(...seen) - DAY_MS) return 'the period must begin a day before the failover.';
  if (to < earliest)
    return `orders that were on their way may still appear; run it again after ${earliest.toISOString()}.`;
  return mayLack.length === 0
    ? null
    : `the list of ${mayLack.join(' and ')} is not guaranteed to be complete; if you know that it is, run ` +
        'resume-submissions.';
}

import { Injectable, Logger } from '@nestjs/common';
import { callbackPauseSeconds } from '../../../shared/submissions/gateway-answer.js';
import {
  CallbackInbox,
  type CallbackKey,
  type CallbackOutcome,
  type StoredCallback,
} from '../domain/callback-inbox.js';
import { CallbackCounter } from '../domain/callback-counter.js';

/** What to do with a callback: store its outcome, or try again later. */
export type CallbackVerdict = Exclude<CallbackOutcome, 'not_confirmed' | 'unreadable'> | 'later';

/** An unrecognized callback raised its alarm when it arrived. */
const WITHOUT_ALARM: readonly CallbackOutcome[] = ['taken_in', 'unrecognized'];

/**
 * The frame in which each flow acts on its stored callbacks. A callback that cannot be acted upon yet waits in the
 * inbox. After a crash at any point the callback is still due there, and settling the same order again moves no money.
 */
@Injectable()
export class CallbackProcessing {
  private readonly logger = new Logger(CallbackProcessing.name);

  constructor(
    private readonly inbox: CallbackInbox,
    private readonly counter: CallbackCounter,
  ) {}

  /**
   * @param judge acts on the callback as far as it can; returns null if the callback belongs to another flow
   * @throws whatever `judge` throws; the callback stays due
   */
  async execute(key: CallbackKey, judge: (callback: StoredCallback) => Promise<CallbackVerdict> | null): Promise<void> {
    const callback = await this.inbox.find(key);
    const verdict = callback === null ? null : await judge(callback);
    if (callback === null || verdict === null) return;
    const pauseSeconds = verdict === 'later' ? callbackPauseSeconds(callback.tries) : null;
    if (pauseSeconds !== null) return this.inbox.postpone(key, pauseSeconds);
    const outcome = verdict === 'later' ? 'not_confirmed' : verdict;
    if (!WITHOUT_ALARM.includes(outcome)) this.alarm(callback, outcome);
    if (await this.inbox.end(key, outcome)) this.counter.count(outcome);
  }

  private alarm({ gateway, eventId, subject, reference }: StoredCallback, outcome: CallbackOutcome): void {
    const what = `callback ${eventId} from ${gateway} about ${subject} ${reference}`;
    this.logger.error(`ALARM: ${what} was not accepted (${outcome}); ask ${gateway} why it was sent`);
  }
}

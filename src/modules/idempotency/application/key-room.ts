import { Injectable } from '@nestjs/common';
import { RememberedKeys } from '../domain/remembered-keys.js';
import { IdempotencySettings } from '../idempotency.settings.js';
import type { KeyTerms } from './once.js';

/**
 * While there is no room, keys are counted again no more often than this: keys are removed when their window is over.
 */
const LOOK_AGAIN_MS = 10_000;

/** And the pause between counts is this many times as long as the last count took. */
const PAUSE_PER_COUNT = 10;

/**
 * As a fraction of the bound: the fewest requests between two counts, and so the amount by which each process may
 * exceed the bound.
 */
const LEAST_STEP = 0.01;

/** The usual number of requests between two counts, as a fraction of the room that was left. */
const STEP = 0.1;

interface Room {
  /** Requests in this process since the last count, and the number after which the keys are counted again. */
  asked: number;
  step: number;
  isCounting: boolean;
  isFull: boolean;
  /** While it is full: when the keys are counted again. */
  lookAgainAtMs: number;
}

/**
 * Bounds how many keys each merchant may have remembered, without delaying any request. A merchant's keys are counted
 * in the background, after as many requests as could have used a tenth of the room that was left; the result decides
 * about later requests. If a count fails, nothing is refused. A process counts the keys of one merchant at a time.
 */
@Injectable()
export class KeyRoom {
  private readonly windowHours: number;
  private readonly max: number;
  private readonly merchants = new Map<string, Room>();
  private counts: Promise<void> = Promise.resolve();

  constructor(
    private readonly keys: RememberedKeys,
    { windowHours, keysPerMerchant }: IdempotencySettings,
  ) {
    this.windowHours = windowHours;
    this.max = keysPerMerchant;
  }

  /** Called once per request, before its decision: a decision may run twice, and reads nothing but its book. */
  termsFor(merchantId: string): KeyTerms {
    const room = this.roomOf(merchantId);
    room.asked++;
    const isDue = room.isFull ? performance.now() >= room.lookAgainAtMs : room.asked >= room.step;
    if (isDue && !room.isCounting) {
      room.isCounting = true;
      this.counts = this.counts.then(() => this.count(merchantId, room));
    }
    return { windowHours: this.windowHours, fullAt: room.isFull ? this.max : null };
  }

  private roomOf(merchantId: string): Room {
    let room = this.merchants.get(merchantId);
    if (room === undefined) {
      room = { asked: 0, step: this.leastStep, isCounting: false, isFull: false, lookAgainAtMs: 0 };
      this.merchants.set(merchantId, room);
    }
    return room;
  }

  private async count(merchantId: string, room: Room): Promise<void> {
    const beganAtMs = performance.now();
    room.asked = 0;
    try {
      const count = await this.keys.count(merchantId, this.max);
      room.isFull = count >= this.max;
      room.step = Math.max(this.leastStep, Math.floor((this.max - count) * STEP));
    } catch {
      // Named decision: if the keys cannot be counted, nothing is refused; the next step tries again.
      room.isFull = false;
    } finally {
      const now = performance.now();
      room.isCounting = false;
      room.lookAgainAtMs = now + Math.max(LOOK_AGAIN_MS, (now - beganAtMs) * PAUSE_PER_COUNT);
    }
  }

  private get leastStep(): number {
    return Math.ceil(this.max * LEAST_STEP);
  }
}

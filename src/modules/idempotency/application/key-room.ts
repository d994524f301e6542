import { Injectable } from '@nestjs/common';
import { RememberedKeys } from '../domain/remembered-keys.js';
import { IdempotencySettings } from '../idempotency.settings.js';
import type { KeyTerms } from './once.js';

/** While there is no room, it is looked for so often at most: keys are removed when their window is over. */
const LOOK_AGAIN_MS = 10_000;

/** And no more than so much of the time is spent on looking: a part of this. */
const LOOKING = 10;

/** Of the bound: so much may be passed by each process, and so seldom the last keys are counted. */
const LEAST_STEP = 0.01;

interface Room {
  /** Requests here since the last count, and after how many there is another one. */
  asked: number;
  step: number;
  isCounting: boolean;
  isFull: boolean;
  /** While it is full. */
  lookAgainAtMs: number;
}

/**
 * Bounds how many keys each merchant may have remembered, at no cost for a request: a merchant's keys are counted behind
 * one, after so many requests that a tenth of what was left may have gone, and what was found then decides about later
 * ones. A count that fails decides nothing. Of one process one merchant's keys are counted at a time.
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

  /** For one request, before its decision: a decision may be made twice, and looks at nothing but its book. */
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
      room.step = Math.max(this.leastStep, Math.floor((this.max - count) / 10));
    } catch {
      // Named decision: nothing is refused for what cannot be counted; the next step tries again.
      room.isFull = false;
    } finally {
      const now = performance.now();
      room.isCounting = false;
      room.lookAgainAtMs = now + Math.max(LOOK_AGAIN_MS, (now - beganAtMs) * LOOKING);
    }
  }

  private get leastStep(): number {
    return Math.ceil(this.max * LEAST_STEP);
  }
}

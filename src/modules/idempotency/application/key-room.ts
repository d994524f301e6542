import { Injectable } from '@nestjs/common';
import { TooManyIdempotencyKeys } from '../domain/idempotency-key.js';
import { RememberedKeys } from '../domain/remembered-keys.js';
import { IdempotencySettings } from '../idempotency.settings.js';

/** While there is no room, it is looked for so often: keys are removed when their window is over. */
const LOOK_AGAIN_MS = 10_000;

/** Of the bound: so much may be passed by each process, and so seldom the last keys are counted. */
const LEAST_STEP = 0.01;

interface Room {
  /** New keys here since the last count, and after how many there is another one. */
  added: number;
  step: number;
  isCounting: boolean;
  isFull: boolean;
  countedAtMs: number;
}

/**
 * Bounds how many keys each merchant may have remembered, at no cost for a request: a merchant's keys are counted behind
 * one, after so many new ones that a tenth of what was left may have gone, and what was found then decides about later
 * ones. A count that fails decides nothing.
 */
@Injectable()
export class KeyRoom {
  private readonly merchants = new Map<string, Room>();

  constructor(
    private readonly keys: RememberedKeys,
    private readonly settings: IdempotencySettings,
  ) {}

  /** What every request under a key is made with. */
  get terms(): { readonly windowHours: number; readonly takeRoom: (merchantId: string) => void } {
    return { windowHours: this.settings.windowHours, takeRoom: (merchantId) => this.take(merchantId) };
  }

  /** @throws TooManyIdempotencyKeys */
  private take(merchantId: string): void {
    const max = this.settings.keysPerMerchant;
    let room = this.merchants.get(merchantId);
    if (room === undefined) {
      room = { added: 0, step: leastStep(max), isCounting: false, isFull: false, countedAtMs: -Infinity };
      this.merchants.set(merchantId, room);
    }
    room.added++;
    const isDue = room.isFull ? performance.now() - room.countedAtMs >= LOOK_AGAIN_MS : room.added >= room.step;
    if (isDue && !room.isCounting) void this.count(merchantId, room, max);
    if (room.isFull) throw new TooManyIdempotencyKeys(max);
  }

  private async count(merchantId: string, room: Room, max: number): Promise<void> {
    room.isCounting = true;
    room.added = 0;
    try {
      const count = await this.keys.count(merchantId, max);
      room.isFull = count >= max;
      room.step = Math.max(leastStep(max), Math.floor((max - count) / 10));
    } catch {
      // Named decision: nothing is refused for what cannot be counted; the next step tries again.
      room.isFull = false;
    } finally {
      room.isCounting = false;
      room.countedAtMs = performance.now();
    }
  }
}

const leastStep = (max: number): number => Math.ceil(max * LEAST_STEP);

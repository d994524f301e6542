// @vitest-environment node
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { type Answer, NO_ANSWER } from './answer.ts';
import { type Attempt, ON_ITS_WAY_MS, standingOf } from './attempt.ts';
import { Attempts, type AttemptVault } from './attempts.ts';

const WINDOW_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const REFUSAL = { status: 422, detail: '', requestId: 'r', errors: [], members: {} };

interface Request {
  readonly key: string;
  readonly body: string;
  readonly tab: number;
  answer: Answer | null;
  tellPage: ((answer: Answer) => void) | null;
}

/** The service, promising as little as it may: it forgets a key the moment its window has passed. */
class Service {
  clock = 0;
  readonly payouts: { id: string; key: string; body: string; at: number }[] = [];
  readonly refused = new Set<string>();
  private readonly remembered = new Map<string, { at: number; body: string; answer: Answer }>();

  take({ key, body }: Request, how: 'pay' | 'refuse' | 'limit'): Answer {
    const earlier = this.remembered.get(key);
    if (earlier !== undefined && this.clock < earlier.at + WINDOW_MS) {
      claim(earlier.body === body, 'a key was used for two bodies');
      return earlier.answer.kind === 'paid' ? { ...earlier.answer, how: 'replayed' } : earlier.answer;
    }
    if (how === 'limit')
      return { kind: 'refused', isRemembered: false, refusal: { ...REFUSAL, status: 429, code: 'rate_limited' } };
    const answer = how === 'pay' ? this.pay(key, body) : this.refuse(key);
    this.remembered.set(key, { at: this.clock, body, answer });
    return answer;
  }

  private pay(key: string, body: string): Answer {
    const id = `payout-${this.payouts.length}`;
    this.payouts.push({ id, key, body, at: this.clock });
    return { kind: 'paid', orderId: id, how: 'made' };
  }

  private refuse(key: string): Answer {
    this.refused.add(key);
    return { kind: 'refused', isRemembered: true, refusal: { ...REFUSAL, code: 'insufficient_funds' } };
  }
}

/** A browser with two tabs, a network that loses any message, and people who click. */
class World {
  readonly service = new Service();
  readonly vault = memoryVault();
  private requests: Request[] = [];
  private keys = 0;
  private readonly tabs = [0, 1].map((tab) => this.open(tab));

  private open(tab: number): Attempts {
    return new Attempts(this.vault, {
      now: () => this.service.clock,
      newKey: () => `key-${(this.keys += 1)}`,
      windowMs: async () => WINDOW_MS,
      post: (key, body) => new Promise((tellPage) => this.requests.push({ key, body, tab, answer: null, tellPage })),
      find: async ({ body }, since) =>
        this.service.payouts.filter((payout) => payout.body === body && payout.at >= since).map(({ id }) => id),
    });
  }

  async run(act: Act): Promise<void> {
    const request = this.requests[act.nth % Math.max(1, this.requests.length)];
    if (act.do === 'click') void this.click(act.nth % 2, `body-${act.body}`, act.times);
    if (act.do === 'arrive' && request?.answer === null) request.answer = this.service.take(request, act.how);
    if (act.do === 'answer' && request && request.answer !== null) this.end(request, request.answer);
    if (act.do === 'lose' && request) this.end(request, NO_ANSWER);
    if (act.do === 'reload') this.reload(act.nth % 2);
    if (act.do === 'wait') this.wait(act.ms);
    await settled();
  }

  private async click(tab: number, body: string, times: number): Promise<void> {
    const { key } = await this.tabs[tab]!.propose(body);
    await Promise.all(Array.from({ length: times }, () => this.tabs[tab]!.pay(key)));
  }

  /** Answers the page. A request that has not arrived may still arrive. */
  private end(request: Request, answer: Answer): void {
    request.tellPage?.(answer);
    request.tellPage = null;
    if (request.answer !== null) this.requests = this.requests.filter((one) => one !== request);
  }

  private reload(tab: number): void {
    this.tabs[tab] = this.open(tab);
    for (const request of this.requests) if (request.tab === tab) request.tellPage = null;
  }

  /** No request is in transit for longer than `ON_ITS_WAY_MS`; after that it is lost, and its page stops waiting. */
  private wait(ms: number): void {
    if (ms >= ON_ITS_WAY_MS) {
      for (const request of this.requests) request.tellPage?.(NO_ANSWER);
      this.requests = [];
    }
    this.service.clock += ms;
  }

  async check(): Promise<void> {
    const attempts = await this.vault.read();
    const { payouts } = this.service;
    const open = attempts.filter(({ ending }) => ending === null);
    claim(new Set(open.map(({ body }) => body)).size === open.length, 'two keys for a body whose outcome is unknown');
    claim(new Set(payouts.map(({ key }) => key)).size === payouts.length, 'one key has paid twice');
    for (const attempt of attempts) {
      const paid = payouts.find(({ key }) => key === attempt.key);
      const { ending } = attempt;
      if (ending?.kind === 'paid') claim(ending.orderId === paid?.id, 'another payout is shown');
      else claim(standingOf(attempt) === 'unknown' || paid === undefined, `it was paid, and is ${standingOf(attempt)}`);
    }
  }
}

function claim(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

interface Act {
  readonly do: 'click' | 'arrive' | 'answer' | 'lose' | 'reload' | 'wait';
  readonly nth: number;
  readonly body: number;
  readonly times: number;
  readonly how: 'pay' | 'refuse' | 'limit';
  readonly ms: number;
}

const acts = fc.array(
  fc.record<Act>({
    do: fc.constantFrom('click', 'click', 'click', 'arrive', 'arrive', 'arrive', 'answer', 'lose', 'reload', 'wait'),
    nth: fc.nat(3),
    body: fc.constantFrom(0, 0, 0, 1),
    times: fc.integer({ min: 1, max: 2 }),
    how: fc.constantFrom('pay', 'pay', 'refuse', 'limit'),
    ms: fc.constantFrom(1_000, ON_ITS_WAY_MS, 20 * HOUR_MS, 21.6 * HOUR_MS - 1_000, WINDOW_MS),
  }),
  { minLength: 1, maxLength: 30, size: 'max' },
);

describe('payouts that people mean', () => {
  it('are each paid once at most, and known for what they are, whatever is clicked, lost, reloaded or waited for', async () => {
    await fc.assert(
      fc.asyncProperty(acts, async (sequence) => {
        const world = new World();
        for (const act of sequence) {
          await world.run(act);
          await world.check();
        }
      }),
      { numRuns: 500 },
    );
  }, 60_000);
});

/** Waits until everything has run that waits only for promises. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Like the persistent vault, it hands out copies. */
function memoryVault(): AttemptVault {
  let attempts: readonly Attempt[] = [];
  const watchers = new Set<() => void>();
  return {
    read: async () => structuredClone(attempts),
    change: async (decide) => {
      const [next, result] = decide(structuredClone(attempts));
      attempts = structuredClone(next);
      for (const watcher of watchers) watcher();
      return result;
    },
    watch: (callback) => {
      watchers.add(callback);
      return () => watchers.delete(callback);
    },
  };
}

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { EventLayout, EventPart, StoredEvent } from '../../../platform/outbox/outbox.public.js';
import { nextId } from '../../../shared/ids.js';
import { AllEvents } from './all-events.js';
import type { StreamMessage } from './stream-message.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Events of two nodes, which may be away, in memory. */
class Nodes {
  readonly shown: StreamMessage[] = [];
  readonly away = new Set<string>();
  private readonly stored = new Map<string, StoredEvent[]>();
  private layout: EventLayout = { text: 'first', parts: ['a', 'b'], mayBeAway: true };

  /** @param ms when it is dated */
  commit(node: string, merchantId: string, ms = Date.now()): number {
    const all = this.stored.get(node) ?? [];
    const before = all.filter((event) => event.merchantId === merchantId);
    const sequence = before.length + 1;
    const id = nextId(ms, before.at(-1)?.id ?? null);
    this.stored.set(node, [...all, { merchantId, id, sequence, createdAt: new Date(ms) } as StoredEvent]);
    return sequence;
  }

  /** The merchant's lie on the other one from now on. */
  move(merchantId: string, from: string, to: string): void {
    const moved = this.of(from).filter((event) => event.merchantId === merchantId);
    this.stored.set(to, [...this.of(to), ...moved]);
    this.stored.set(
      from,
      this.of(from).filter((event) => event.merchantId !== merchantId),
    );
    this.layout = { ...this.layout, text: `${this.layout.text}, then ${merchantId} from ${from} to ${to}` };
  }

  part(name: string): EventPart {
    const nowMs = Date.now();
    const at = async <T>(found: () => T): Promise<T> => {
      if (this.away.has(name)) throw new Error(`${name} is away`);
      return found();
    };
    return {
      name,
      layout: this.layout,
      since: (id, limit) =>
        at(() => ({
          nowMs,
          places: this.of(name)
            .filter((e) => e.id >= id)
            .slice(0, limit),
        })),
      between: (ranges) =>
        at(() =>
          ranges.flatMap(({ merchantId, after, upTo }) =>
            this.of(name).filter((e) => e.merchantId === merchantId && e.sequence > after && e.sequence <= upTo),
          ),
        ),
    };
  }

  /** Looks at each, at the same time, as often as it takes. */
  async look(stream: AllEvents): Promise<void> {
    const more = await Promise.all(
      ['a', 'b'].map((name) =>
        stream.look(this.part(name), (messages) => this.shown.push(...messages)).catch(() => false),
      ),
    );
    if (more.includes(true)) await this.look(stream);
  }

  numbersOf(merchantId: string): number[] {
    return this.shown.flatMap((message) =>
      'event' in message && message.event.merchantId === merchantId ? [message.event.sequence] : [],
    );
  }

  private of(node: string): StoredEvent[] {
    return (this.stored.get(node) ?? []).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }
}

describe('a stream of events that lie on two nodes', () => {
  let nodes: Nodes;
  let stream: AllEvents;

  beforeEach(() => {
    jest.useFakeTimers({ now: Date.parse('2026-11-28T12:00:00Z') });
    nodes = new Nodes();
    stream = begin(null);
  });

  afterEach(() => void jest.useRealTimers());

  const begin = (from: number | null): AllEvents => AllEvents.from(from, Date.now(), 30);

  /** Looks as often as a process does in so long a time. */
  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += SECOND) {
      jest.advanceTimersByTime(SECOND);
      await nodes.look(stream);
    }
  }

  it('shows those of a node while the other is away, and then what it has missed', async () => {
    nodes.commit('a', 'x');
    nodes.commit('b', 'y');
    await pass(SECOND);
    nodes.away.add('a');
    nodes.commit('a', 'x');
    await pass(10 * MINUTE);
    nodes.commit('b', 'y');
    await pass(SECOND);
    expect([nodes.numbersOf('x'), nodes.numbersOf('y')]).toEqual([[1], [1, 2]]);

    nodes.away.clear();
    await pass(SECOND);
    expect([nodes.numbersOf('x'), nodes.numbersOf('y')]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('says where to go on before what is missing, so that who does it gets that too', async () => {
    nodes.commit('b', 'y');
    await pass(SECOND);
    nodes.away.add('a');
    const wentAway = Date.now();
    nodes.commit('a', 'x');
    await pass(10 * MINUTE);
    nodes.commit('b', 'y');
    await pass(SECOND);
    const { id } = nodes.shown.at(-1)!;
    expect(id).toBeLessThanOrEqual(wentAway);

    nodes.away.clear();
    stream = begin(id);
    await pass(SECOND);
    expect([nodes.numbersOf('x'), nodes.numbersOf('y')]).toEqual([[1], [1, 2, 1, 2]]);
  });

  it('shows what a node that hung commits when it goes on, dated when it began to hang', async () => {
    await pass(SECOND);
    nodes.away.add('a');
    const began = Date.now();
    await pass(10 * MINUTE);
    nodes.away.clear();
    await pass(30 * SECOND);
    nodes.commit('a', 'x', began);
    await pass(20 * SECOND);
    nodes.commit('a', 'z', began);
    await pass(30 * SECOND);
    expect([nodes.numbersOf('x'), nodes.numbersOf('z')]).toEqual([[1], [1]]);
  });

  it('says a minute after a node has come back that it goes on from now', async () => {
    await pass(SECOND);
    nodes.away.add('a');
    await pass(10 * MINUTE);
    nodes.away.clear();
    await pass(2 * MINUTE);
    nodes.commit('a', 'x');
    await pass(SECOND);
    expect(nodes.shown.at(-1)!.id).toBeGreaterThanOrEqual(Date.now() - SECOND);
  });

  it('goes on from where it is with a reader that reads slowly', async () => {
    for (let looks = 0; looks < 20; looks++) {
      jest.advanceTimersByTime(12 * SECOND);
      nodes.commit('a', 'x');
      await nodes.look(stream);
    }
    expect(nodes.shown.at(-1)!.id).toBeGreaterThanOrEqual(Date.now() - 15 * SECOND);
  });

  it('shows each once when they are moved to the other node while both are read', async () => {
    for (let round = 0; round < 5; round++) {
      nodes.commit('a', 'x');
      nodes.commit('b', 'y');
      const before = nodes.look(stream);
      nodes.move('x', 'a', 'b');
      nodes.commit('b', 'x');
      await Promise.all([before, nodes.look(stream)]);
      nodes.move('x', 'b', 'a');
      await pass(20 * SECOND);
    }
    expect(nodes.numbersOf('x')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(nodes.numbersOf('y')).toEqual([1, 2, 3, 4, 5]);
  });

  it('passes nothing over when what lay on a node that is away is found on the other', async () => {
    await pass(SECOND);
    nodes.away.add('a');
    nodes.commit('a', 'x');
    await pass(10 * MINUTE);
    nodes.move('x', 'a', 'b');
    await pass(SECOND);
    expect(nodes.numbersOf('x')).toEqual([1]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { SignalledMerchants } from './signalled-merchants.js';

const ALL_EVERY_MS = 1_000;

/** All merchants were looked at, at 0 ms. */
function aSecondOfSignals() {
  const clock = { ms: 0 };
  const signalled = new SignalledMerchants(ALL_EVERY_MS, () => clock.ms);
  signalled.next();
  signalled.lookedAtAll();
  return { clock, signalled };
}

describe('whose events are looked for next', () => {
  it('are those of all merchants at the start, whoever was signalled', () => {
    const signalled = new SignalledMerchants(ALL_EVERY_MS, () => 0);
    signalled.add(['a']);
    expect(signalled.next()).toBeNull();
  });

  it('are those of the signalled merchants, each once, and then of those who were signalled since', () => {
    const { signalled } = aSecondOfSignals();
    signalled.add(['a', 'b']);
    signalled.add(['b', 'c']);
    expect(signalled.next()).toEqual(['a', 'b', 'c']);
    signalled.add(['d']);
    expect(signalled.next()).toEqual(['d']);
  });

  it('are those of all merchants if nobody was signalled, because the poll looks for what was missed', () => {
    expect(aSecondOfSignals().signalled.next()).toBeNull();
  });

  it('are everybody’s once where a signal does not say whose they are', () => {
    const { signalled } = aSecondOfSignals();
    signalled.add(['a']);
    signalled.add(null);
    expect([signalled.areAllNext, signalled.next(), signalled.areAllNext]).toEqual([true, null, false]);
    signalled.add(['b']);
    expect(signalled.next()).toEqual(['b']);
  });

  it('are everybody’s after so long, counted from the end of the last look at all', () => {
    const { clock, signalled } = aSecondOfSignals();
    const nextAt = (ms: number) => {
      clock.ms = ms;
      signalled.add(['a']);
      return signalled.next();
    };
    expect([nextAt(999), nextAt(1_000), nextAt(16_000)]).toEqual([['a'], null, null]);
    signalled.lookedAtAll();
    expect([nextAt(16_999), nextAt(17_000)]).toEqual([['a'], null]);
  });
});

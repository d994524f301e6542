import { describe, expect, it } from '@jest/globals';
import { EndpointLoad } from './endpoint-load.js';

/** How many deliveries the endpoint may get; undefined: the full number. */
const capacityOf = (load: EndpointLoad, nowMs = 0): number | undefined => {
  const { endpointIds, capacities } = load.capacities(nowMs);
  return capacities[endpointIds.indexOf('e')];
};

function failed(load: EndpointLoad, times: number, nowMs = 0): void {
  for (let i = 0; i < times; i++) {
    load.begin('e');
    load.end('e', false, nowMs);
  }
}

describe('an endpoint', () => {
  it('has room for ten at once, of which nothing is remembered when they have been taken', () => {
    const load = new EndpointLoad();
    for (let i = 0; i < 10; i++) load.begin('e');
    expect([capacityOf(load), load.isFull('e')]).toEqual([0, true]);
    load.end('e', true, 0);
    expect([capacityOf(load), load.isFull('e')]).toEqual([1, false]);
    for (let i = 0; i < 9; i++) load.end('e', true, 0);
    expect(capacityOf(load)).toBeUndefined();
  });

  it('that has failed five times in a row gets one at a time, after pauses that grow to half a minute', () => {
    const load = new EndpointLoad();
    failed(load, 4);
    expect(capacityOf(load)).toBe(10);
    failed(load, 1);
    expect([capacityOf(load, 999), capacityOf(load, 1_000)]).toEqual([0, 1]);
    failed(load, 1, 1_000);
    expect([capacityOf(load, 2_999), capacityOf(load, 3_000)]).toEqual([0, 1]);
    failed(load, 50, 3_000);
    expect([capacityOf(load, 32_999), capacityOf(load, 33_000)]).toEqual([0, 1]);
    load.begin('e');
    expect(capacityOf(load, 33_000)).toBe(0);
    load.end('e', true, 33_000);
    expect(capacityOf(load, 33_000)).toBeUndefined();
  });

  it('that has failed is forgotten when it was sent nothing for ten minutes: it may be gone', () => {
    const load = new EndpointLoad();
    failed(load, 5);
    expect(capacityOf(load, 600_000)).toBe(1);
    load.begin('e');
    expect(capacityOf(load, 2_000_000)).toBe(0);
    load.end('e', false, 2_000_000);
    expect(capacityOf(load, 2_600_000)).toBe(1);
    expect(load.capacities(2_600_001)).toEqual({ endpointIds: [], capacities: [] });
  });

  it('has no part in what failed by our own fault', () => {
    const load = new EndpointLoad();
    for (let i = 0; i < 9; i++) {
      load.begin('e');
      load.end('e', null, 0);
    }
    expect(capacityOf(load)).toBe(10);
  });
});

import { expect, it } from '@jest/globals';
import { timelineFaults } from './order-audit.js';

it('an order without a timeline is a fault, whatever it counts of itself', () => {
  const faultsOf = (events: number) => timelineFaults({ status: 'paid', events }, [], 'created', () => true);
  expect(faultsOf(0)).toEqual([{ code: 'timeline_missing', values: {} }]);
  expect(faultsOf(2)).toEqual([
    { code: 'events_miscounted', values: { counted: 2, found: 0 } },
    { code: 'timeline_missing', values: {} },
  ]);
});

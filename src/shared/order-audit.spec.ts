import { expect, it } from '@jest/globals';
import { timelineFaults } from './order-audit.js';

it('an order without a timeline is a fault, whatever it counts of itself', () => {
  const faultsOf = (events: number) => timelineFaults({ status: 'paid', events }, [], 'created', () => true);
  expect(faultsOf(0)).toEqual(['it has no timeline']);
  expect(faultsOf(2)).toEqual(['it counts 2 events and has 0', 'it has no timeline']);
});

import { describe, expect, it } from '@jest/globals';
import { BANKS as KNOWN_BANKS } from '../../src/modules/gateways/infrastructure/banks.js';
import { PAYMENT_PROVIDERS as KNOWN_PROVIDERS } from '../../src/modules/gateways/infrastructure/payment-providers.js';
import { BANKS } from './banks.js';
import { PROVIDERS } from './providers.js';

const namesOf = (subjects: readonly { readonly name: string }[]): string[] => subjects.map(({ name }) => name).sort();

describe('the conformance suite', () => {
  it('runs over every bank that the product knows', () => {
    expect(namesOf(BANKS)).toEqual([...KNOWN_BANKS.keys()].sort());
  });

  it('runs over every payment provider that the product knows', () => {
    expect(namesOf(PROVIDERS)).toEqual([...KNOWN_PROVIDERS.keys()].sort());
  });
});

import { describe, expect, it } from '@jest/globals';
import { gatewayAdapters } from '../../src/main/adapters.js';
import { configFrom } from '../../src/main/settings.js';
import { BANKS } from './banks.js';
import { PROVIDERS } from './providers.js';

const known = gatewayAdapters(configFrom({}), { query: () => Promise.reject(new Error('not asked')) });

const namesOf = (subjects: readonly { readonly name: string }[]): string[] => subjects.map(({ name }) => name).sort();

describe('the conformance suite', () => {
  it('runs over every bank that the product knows', () => {
    expect(namesOf(BANKS)).toEqual([...known.banks.keys()].sort());
  });

  it('runs over every payment provider that the product knows', () => {
    expect(namesOf(PROVIDERS)).toEqual([...known.providers.keys()].sort());
  });
});

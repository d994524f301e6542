import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FAILURES, failures } from './hi/failures.ts';

/** The service's failure codes are read from its source: the API document does not list them. */
const WRITTEN = ['bank-failures', 'provider-failures'].map((name) =>
  readFileSync(`src/modules/gateways/domain/${name}.ts`, 'utf8'),
);

it('Hindi says why something failed, and what to do next, for each code of the service', () => {
  const codes = WRITTEN.flatMap((text) => [...text.matchAll(/^ {2}([a-z_]+): /gm)].map(([, code]) => code!));
  expect(new Set(codes)).toEqual(new Set(Object.keys(FAILURES)));
});

it('what a later version says comes as it says it', () => {
  expect([failures.reason('solar_flare', 'A flare.'), failures.nextAction('solar_flare', 'Wait.')]).toEqual([
    'A flare.',
    'Wait.',
  ]);
});

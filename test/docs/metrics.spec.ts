import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Metrics } from '../../src/platform/metrics/metrics.public.js';
import { Bahi } from '../support/bahi.js';

const DOCUMENT = readFileSync('docs/operating.md', 'utf8');

/** Names with the same beginning that are no metrics. */
const ROLES = ['bahi_app', 'bahi_admin', 'bahi_owner'];

let bahi: Bahi;
/** The labels of each metric, by its name. */
let declared: Record<string, readonly string[]>;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true });
  declared = Object.fromEntries(registered().map(({ name, labelNames }) => [name, labelNames.toSorted()]));
});

afterAll(() => bahi.close());

/** What this process has registered, including metrics that have no values yet. */
function registered(): readonly { readonly name: string; readonly labelNames: readonly string[] }[] {
  const metrics = bahi.service.get(Metrics) as unknown as {
    readonly registry: { getMetricsAsArray(): ReturnType<typeof registered> };
  };
  return metrics.registry.getMetricsAsArray().filter(({ name }) => name.startsWith('bahi_'));
}

const namesIn = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);

describe('the metrics in docs/operating.md', () => {
  it('are those that are registered, with their labels', () => {
    const rows = DOCUMENT.split('\n').filter((line) => line.startsWith('| `bahi_'));
    const documented = rows.flatMap((row) => {
      const [, names = '', labels = ''] = row.split('|');
      return namesIn(names).map((name) => [name, namesIn(labels).toSorted()] as const);
    });
    expect(documented.map(([name]) => name).toSorted()).toEqual(Object.keys(declared).toSorted());
    expect(Object.fromEntries(documented)).toEqual(declared);
  });

  it('exist wherever the text names one', () => {
    const named = [...DOCUMENT.matchAll(/\b(bahi_[a-z_]+)(\*?)(?:\{(\w+)=)?/g)].filter(
      ([, name]) => !ROLES.includes(name!),
    );
    const unknown = named.filter(([, name, star, label]) => {
      if (star !== '') return !Object.keys(declared).some((each) => each.startsWith(name!));
      return declared[name!] === undefined || (label !== undefined && !declared[name!]!.includes(label));
    });
    expect(unknown.map(([whole]) => whole)).toEqual([]);
    expect(named.length).toBeGreaterThan(40);
  });
});

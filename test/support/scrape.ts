import { expect } from '@jest/globals';
import { documentedFetch } from './documented-fetch.js';

/**
 * One scrape: values by series. A series is written as in Prometheus, with its labels in the order of their
 * registration.
 */
export async function scrape({ url }: { readonly url: string }): Promise<ReadonlyMap<string, number>> {
  const response = await documentedFetch(`${url}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

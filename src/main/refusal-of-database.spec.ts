import { expect, it } from '@jest/globals';
import { refusalOfDatabase } from './refusal-of-database.js';

const refused = (address: string): Error =>
  Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: 'ECONNREFUSED' });

it('says of a host with several addresses what each of them answers', () => {
  const all = Object.assign(new AggregateError([refused('::1:5432'), refused('127.0.0.1:5432')]), {
    code: 'ECONNREFUSED',
  });
  expect(refusalOfDatabase(all)).toMatch(
    /^PostgreSQL: connect ECONNREFUSED ::1:5432, connect ECONNREFUSED 127\.0\.0\.1:5432\. Check that it runs, /,
  );
});

it('leaves a fault of our own to its stack', () => {
  expect(refusalOfDatabase(Object.assign(new Error('no such column'), { code: '42703' }))).toBeNull();
});

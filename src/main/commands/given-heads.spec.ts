import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GivenHeads } from './given-heads.js';

const FIRST = '01890000-0000-7000-8000-0000000000a1';
const SECOND = '01890000-0000-7000-8000-0000000000a2';
const HEAD = { seq: 7, hash: 'ab'.repeat(32) };
const TYPED = `${HEAD.seq}:${HEAD.hash}`;
const NONE = { merchantId: null, head: null, since: null, resume: null };

describe('heads that were given', () => {
  let folder: string;

  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'bahi-heads-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  const inFile = (...lines: string[]): GivenHeads => {
    const since = join(folder, 'heads');
    writeFileSync(since, `${lines.join('\n')}\n`);
    return GivenHeads.read({ ...NONE, since });
  };

  it('are those of books in which nothing was wrong, as verify prints them, the last of each', () => {
    const heads = inFile(
      'According to point, 1 book was verified before, with 0 findings.',
      `${FIRST} 3 transactions, head 3:${'cd'.repeat(32)}: ok`,
      `${FIRST} 7 transactions, the first 3 not read, head ${TYPED}: ok`,
      `${SECOND} 7 transactions, head ${TYPED}: 1 finding`,
      '2 books verified, 1 finding.',
    );
    expect(heads.since).toEqual(new Map([[FIRST, HEAD]]));
  });

  it('have one digest in whatever order, and another where one of them, or its book, is another', () => {
    const first = `${FIRST} ${TYPED}`;
    const second = `${SECOND} 8:${HEAD.hash}`;
    expect(inFile(second, first).digest).toBe(inFile(first, second).digest);
    const digests = [
      GivenHeads.read(NONE).digest,
      GivenHeads.read({ ...NONE, merchantId: FIRST, since: HEAD }).digest,
      GivenHeads.read({ ...NONE, merchantId: FIRST, head: HEAD }).digest,
      GivenHeads.read({ ...NONE, merchantId: FIRST, head: HEAD, since: HEAD }).digest,
      inFile(first, second).digest,
      inFile(first, `${SECOND} ${TYPED}`).digest,
      inFile(`${FIRST} 7:${'cd'.repeat(32)}`).digest,
      inFile(`${SECOND} ${TYPED}`).digest,
    ];
    expect(new Set(digests).size).toBe(digests.length);
    expect(digests[0]).toBeNull();
    expect(inFile(first).digest).toBe(digests[1]);
  });
});

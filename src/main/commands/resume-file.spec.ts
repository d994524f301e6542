import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StartupError } from '../../platform/config/config.public.js';
import type { BookPoint, VerifiedBook } from '../../modules/ledger/ledger.public.js';
import { ResumeFile } from './resume-file.js';

const [FIRST, SECOND] = ['01890000-0000-7000-8000-0000000000a1', '01890000-0000-7000-8000-0000000000a2'];
const HASH = 'ab'.repeat(32);

const nothingYet = { found: [], more: 0, since: null, part: null };

const point = (seq: number): BookPoint => ({
  ...nothingYet,
  audit: { seq, hash: HASH, sums: { held: '7' }, adjustments: [], needsDigest: true, undigested: [] },
});

const verified = (merchantId: string, more = 0): VerifiedBook => ({
  ...{ merchantId, transactions: 9, unread: 0, isSearchPartial: false, head: `9:${HASH}`, adjustments: [] },
  ...{ findings: [], acknowledged: [], more },
});

describe('the file of a resume point', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bahi-resume-'));
    path = join(folder, 'point');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('says which books were verified, with their heads, and where the run was in the next', () => {
    const file = ResumeFile.open(path, null);
    file.note({ merchantId: FIRST, point: () => point(3) });
    file.verified(verified(FIRST, 2));
    file.note({ merchantId: SECOND, point: () => point(4) });
    file.note({ merchantId: SECOND, point: () => point(5) });

    const { point: found, before } = ResumeFile.open(path, null);
    expect(found.verified).toEqual(new Map([[FIRST, { seq: 9, hash: HASH }]]));
    expect(found.within).toEqual({ merchantId: SECOND, point: point(5) });
    expect(before).toEqual({ books: 1, findings: 2, acknowledged: 0 });
  });

  it('takes a book that was searched in part for not verified, and goes on there where nothing was left out yet', () => {
    const file = ResumeFile.open(path, null);
    file.note({ merchantId: FIRST, point: () => point(3) });
    file.note({ merchantId: FIRST, point: null });
    file.verified({ ...verified(FIRST), isSearchPartial: true });

    const { point: found, before } = ResumeFile.open(path, null);
    expect(found).toEqual({ verified: new Map(), within: { merchantId: FIRST, point: point(3) } });
    expect(before.books).toBe(0);
  });

  it('takes a last line that was cut off for not written, and goes on behind the one before', () => {
    const file = ResumeFile.open(path, null);
    file.verified(verified(FIRST));
    file.note({ merchantId: SECOND, point: () => point(5) });
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -20));

    const again = ResumeFile.open(path, null);
    expect(again.point).toEqual({ verified: new Map([[FIRST, { seq: 9, hash: HASH }]]), within: null });
    again.verified(verified(SECOND));
    expect([...ResumeFile.open(path, null).point.verified.keys()]).toEqual([FIRST, SECOND]);
  });

  it('counts a book once that two runs at once have verified', () => {
    const both = [ResumeFile.open(path, null), ResumeFile.open(path, null)];
    for (const file of both) file.verified(verified(FIRST, 2));
    expect(ResumeFile.open(path, null).before).toEqual({ books: 1, findings: 2, acknowledged: 0 });
  });

  it('begins where there is nothing, and is gone when all is verified', () => {
    writeFileSync(path, '');
    const file = ResumeFile.open(path, null);
    expect(file.point).toEqual({ verified: new Map(), within: null });
    file.remove();
    expect(() => readFileSync(path)).toThrow(/ENOENT/);
  });

  it.each([
    ['a text', 'Dear diary\n'],
    ['a text without a line end', 'Dear diary'],
    ['of another merchant', `{"bahi":"verify","version":1,"merchantId":"${SECOND}"}\n`],
    ['of another version', `{"bahi":"verify","version":2,"merchantId":"${FIRST}"}\n`],
    ['broken in its middle', `{"bahi":"verify","version":1,"merchantId":"${FIRST}"}\n{"book":\n{}\n`],
  ])('refuses another file and leaves it alone: %s', (_what, text) => {
    writeFileSync(path, text);
    expect(() => ResumeFile.open(path, FIRST)).toThrow(StartupError);
    expect(() => ResumeFile.open(path, FIRST)).toThrow(/name another file, or remove it to begin anew/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('refuses a place where nothing can be written', () => {
    expect(() => ResumeFile.open(join(folder, 'none', 'point'), null)).toThrow(
      /^--resume: ENOENT.* Give a file in a folder/,
    );
  });
});

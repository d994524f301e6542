import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

  /** As a run does that ends when `work` has ended. */
  async function opened<T>(work: (file: ResumeFile) => T | Promise<T>, merchantId: string | null = null): Promise<T> {
    const file = await ResumeFile.open(path, merchantId);
    try {
      return await work(file);
    } finally {
      file.close();
    }
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bahi-resume-'));
    path = join(folder, 'point');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('says which books were verified, with their heads, and where the run was in the next', async () => {
    await opened((file) => {
      file.note({ merchantId: FIRST, point: () => point(3) });
      file.verified(verified(FIRST, 2));
      file.note({ merchantId: SECOND, point: () => point(4) });
      file.note({ merchantId: SECOND, point: () => point(5) });
    });
    await opened(({ point: found, before }) => {
      expect(found.verified).toEqual(new Map([[FIRST, { seq: 9, hash: HASH }]]));
      expect(found.within).toEqual({ merchantId: SECOND, point: point(5) });
      expect(before).toEqual({ books: 1, findings: 2, acknowledged: 0 });
    });
  });

  it('takes a book that was searched in part for not verified, and goes on there where nothing was left out yet', async () => {
    await opened((file) => {
      file.note({ merchantId: FIRST, point: () => point(3) });
      file.note({ merchantId: FIRST, point: null });
      file.verified({ ...verified(FIRST), isSearchPartial: true });
    });
    await opened(({ point: found, before }) => {
      expect(found).toEqual({ verified: new Map(), within: { merchantId: FIRST, point: point(3) } });
      expect(before.books).toBe(0);
    });
  });

  it('takes a last line that was cut off for not written, and goes on behind the one before', async () => {
    await opened((file) => {
      file.verified(verified(FIRST));
      file.note({ merchantId: SECOND, point: () => point(5) });
    });
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -20));

    await opened((again) => {
      expect(again.point).toEqual({ verified: new Map([[FIRST, { seq: 9, hash: HASH }]]), within: null });
      again.verified(verified(SECOND));
    });
    expect(await opened(({ point: found }) => [...found.verified.keys()])).toEqual([FIRST, SECOND]);
  });

  it('is of one run at a time: a second is refused, and changes nothing', async () => {
    await opened(async (file) => {
      file.verified(verified(FIRST));
      const before = readFileSync(path, 'utf8');
      const second = await ResumeFile.open(path, null).catch((error: unknown) => error);
      expect(second).toEqual(
        new StartupError(
          `--resume: another verify is at work with ${path}: wait until it has ended, or name another file.`,
        ),
      );
      expect(readFileSync(path, 'utf8')).toBe(before);
    });
    expect(await opened(({ before }) => before.books)).toBe(1);
  });

  it('is not begun again without its first line by a run whose file was removed', async () => {
    await opened((file) => {
      rmSync(path);
      file.verified(verified(FIRST));
    });
    expect(existsSync(path)).toBe(false);
    expect(await opened(({ point: found }) => found)).toEqual({ verified: new Map(), within: null });
  });

  it('counts a book once that two runs at once have verified, of a version that let them', async () => {
    const book = { book: FIRST, head: `9:${HASH}`, findings: 2, acknowledged: 0 };
    const lines = [{ bahi: 'verify', version: 1, merchantId: null }, book, book];
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    expect(await opened(({ before }) => before)).toEqual({ books: 1, findings: 2, acknowledged: 0 });
  });

  it('begins where there is nothing, and is gone when all is verified', async () => {
    writeFileSync(path, '');
    await opened((file) => {
      expect(file.point).toEqual({ verified: new Map(), within: null });
      file.remove();
    });
    expect(() => readFileSync(path)).toThrow(/ENOENT/);
  });

  it.each([
    ['a text', 'Dear diary\n'],
    ['a text without a line end', 'Dear diary'],
    ['of another merchant', `{"bahi":"verify","version":1,"merchantId":"${SECOND}"}\n`],
    ['of another version', `{"bahi":"verify","version":2,"merchantId":"${FIRST}"}\n`],
    ['broken in its middle', `{"bahi":"verify","version":1,"merchantId":"${FIRST}"}\n{"book":\n{}\n`],
  ])('refuses another file and leaves it alone: %s', async (_what, text) => {
    writeFileSync(path, text);
    await expect(ResumeFile.open(path, FIRST)).rejects.toThrow(StartupError);
    await expect(ResumeFile.open(path, FIRST)).rejects.toThrow(/name another file, or remove it to begin anew/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('refuses a place where nothing can be written', async () => {
    await expect(ResumeFile.open(join(folder, 'none', 'point'), null)).rejects.toThrow(
      /^--resume: ENOENT.* Give a file in a folder/,
    );
  });
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StartupError } from '../../platform/config/config.public.js';
import type { BookPoint, VerifiedBook } from '../../modules/ledger/ledger.public.js';
import { ResumeFile } from './resume-file.js';

const FIRST = '01890000-0000-7000-8000-0000000000a1';
const SECOND = '01890000-0000-7000-8000-0000000000a2';
const HASH = 'ab'.repeat(32);
const ALL_BOOKS = { merchantId: null, heads: null };

const nothingYet = { found: [], more: 0, since: null, part: null };

const point = (seq: number): BookPoint => ({
  ...nothingYet,
  audit: { seq, hash: HASH, sums: { held: '7' }, adjustments: [], needsDigest: true, undigested: [] },
});

const verified = (merchantId: string, { more = 0, unread = 0 } = {}): VerifiedBook => ({
  merchantId,
  transactions: 9,
  unread,
  isSearchPartial: false,
  head: `9:${HASH}`,
  adjustments: [],
  findings: [],
  acknowledged: [],
  more,
});

const firstLine = (differing: { merchantId?: string; version?: number; heads?: string | null } = {}): string =>
  `${JSON.stringify({ bahi: 'verify', version: 2, merchantId: FIRST, heads: null, ...differing })}\n`;

describe('the file of a resume point', () => {
  let folder: string;
  let path: string;

  /** Opens the file as a run does, for as long as `work` lasts. */
  async function opened<T>(work: (file: ResumeFile) => T | Promise<T>): Promise<T> {
    const file = await ResumeFile.open(path, ALL_BOOKS);
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
      file.verified(verified(FIRST, { more: 2, unread: 4 }));
      file.note({ merchantId: SECOND, point: () => point(4) });
      file.note({ merchantId: SECOND, point: () => point(5) });
    });
    await opened(({ point: found, before }) => {
      expect(found.verified).toEqual(new Map([[FIRST, { seq: 9, hash: HASH }]]));
      expect(found.within).toEqual({ merchantId: SECOND, point: point(5) });
      expect(before).toEqual({ books: 1, unreadBooks: 1, findings: 2, acknowledged: 0 });
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

  it('ignores a last line that was cut off, and continues after the line before it', async () => {
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
      const second = await ResumeFile.open(path, ALL_BOOKS).catch((error: unknown) => error);
      expect(second).toEqual(
        new StartupError(`--resume: another verify is using ${path}: wait until it has ended, or name another file.`),
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
    const book = { book: FIRST, head: `9:${HASH}`, unread: 0, findings: 2, acknowledged: 0 };
    const lines = [{ bahi: 'verify', version: 2, ...ALL_BOOKS }, book, book];
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    expect(await opened(({ before }) => before)).toEqual({ books: 1, unreadBooks: 0, findings: 2, acknowledged: 0 });
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
    ['of another merchant', firstLine({ merchantId: SECOND })],
    ['of another version', firstLine({ version: 1 })],
    ['broken in its middle', `${firstLine()}{"book":\n{}\n`],
  ])('refuses another file and leaves it alone: %s', async (_what, text) => {
    writeFileSync(path, text);
    const open = ResumeFile.open(path, { merchantId: FIRST, heads: null });
    await expect(open).rejects.toThrow(StartupError);
    await expect(open).rejects.toThrow(
      /was not written by such a run of verify: name another file, or remove this one to start again/,
    );
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it.each([
    ['others', HASH, 'cd'.repeat(32)],
    ['some', null, HASH],
    ['none', HASH, null],
  ])(
    'refuses the file of a run with other heads, and leaves it alone: it was given %s',
    async (_what, heads, other) => {
      const text = firstLine({ heads: other });
      writeFileSync(path, text);
      await expect(ResumeFile.open(path, { merchantId: FIRST, heads })).rejects.toThrow(
        new StartupError(
          `--resume: ${path} belongs to a run with other heads (--since, --expect-head): give the same ones again, name another file, or ` +
            'remove this one to start again.',
        ),
      );
      expect(readFileSync(path, 'utf8')).toBe(text);
      const same = await ResumeFile.open(path, { merchantId: FIRST, heads: other });
      same.close();
    },
  );

  it('refuses a place where nothing can be written', async () => {
    await expect(ResumeFile.open(join(folder, 'none', 'point'), ALL_BOOKS)).rejects.toThrow(
      /^--resume: ENOENT.* Give a file in a folder/,
    );
  });
});

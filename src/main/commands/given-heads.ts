import { readFileSync } from 'node:fs';
import { sha256Hex } from '../../shared/sha256.js';
import { StartupError } from '../../platform/config/config.public.js';
import type { ExpectedHead } from '../../modules/ledger/ledger.public.js';
import type { Arguments } from './command-line.js';
import { headIn } from './typed-values.js';

const LINE =
  /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (?:\d+ transactions, (?:.*, )?head )?(\d+:[0-9a-f]{64})(?:: ok)?$/;

/** Heads that an earlier run of `verify` printed, as given by `--since` and `--expect-head`. */
export class GivenHeads {
  private constructor(
    /** The heads of the books in which nothing was wrong; all other books are read completely. */
    readonly since: ReadonlyMap<string, ExpectedHead>,
    /** The head of the one merchant's book. */
    readonly expected: ExpectedHead | null,
  ) {}

  /** @throws StartupError when the file of `--since` cannot be read, or contains no head */
  static read({ merchantId, since, head }: Arguments['verify']): GivenHeads {
    if (since === null) return new GivenHeads(new Map(), head);
    return new GivenHeads(typeof since === 'object' ? new Map([[merchantId!, since]]) : headsIn(since), head);
  }

  /** SHA-256 of all heads, whatever their order; null if there are none. */
  get digest(): string | null {
    if (this.since.size === 0 && this.expected === null) return null;
    const since = [...this.since].map(([id, { seq, hash }]) => [id, seq, hash]).toSorted();
    return sha256Hex(JSON.stringify({ since, expected: this.expected && [this.expected.seq, this.expected.hash] }));
  }
}

function headsIn(path: string): ReadonlyMap<string, ExpectedHead> {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new StartupError(
      `--since: ${(error as Error).message}. Give a file with the output of verify, or SEQ:HASH with --merchant.`,
    );
  }
  const heads = new Map<string, ExpectedHead>();
  for (const line of text.split('\n')) {
    const [, id, head] = LINE.exec(line.trim()) ?? [];
    if (id !== undefined) heads.set(id, headIn(head!));
  }
  if (heads.size === 0)
    throw new StartupError(
      `--since: ${path} has no line like those that verify prints for a book: "<merchant> 7 transactions, head ` +
        '<SEQ:HASH>: ok".',
    );
  return heads;
}

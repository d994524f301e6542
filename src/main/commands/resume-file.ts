import { appendFileSync, closeSync, constants, fstatSync, ftruncateSync, readFileSync, rmSync } from 'node:fs';
import { StartupError } from '../../platform/config/config.public.js';
import { CannotLock, openLocked } from '../../platform/embedded-postgres/embedded-postgres.public.js';
import type {
  BookPoint,
  BookProgress,
  ExpectedHead,
  ResumePoint,
  VerifiedBook,
} from '../../modules/ledger/ledger.public.js';
import { headIn } from './typed-values.js';

/** The first line. A change of the file's format gets a new version. */
interface Head {
  readonly bahi: 'verify';
  readonly version: 2;
  /** Null: of all books. */
  readonly merchantId: string | null;
  /** The digest of the heads that the run was given; null if it was given none. */
  readonly heads: string | null;
}

type Line =
  | {
      readonly book: string;
      readonly head: string;
      /** How many transactions at the beginning were not read. */
      readonly unread: number;
      readonly findings: number;
      readonly acknowledged: number;
    }
  | { readonly in: string; readonly point: BookPoint };

/**
 * How far `verify` has come: one line of JSON for each verified book, with its head, and now and then a line with the
 * position in the current book. Lines are only appended, so a process that is killed leaves at most one incomplete last
 * line, which is ignored. The heads bind the file to the books: it says nothing about books with other heads. The first
 * line binds it to the arguments of the run.
 *
 * The file is locked while it is open. Otherwise, of two runs at once, the one that ends first would remove the file,
 * and the other would start a new one without its first line.
 */
export class ResumeFile {
  readonly before = { books: 0, unreadBooks: 0, findings: 0, acknowledged: 0 };
  private readonly heads = new Map<string, ExpectedHead>();
  private within: ResumePoint['within'] = null;

  private constructor(
    readonly path: string,
    private readonly fd: number,
  ) {}

  /**
   * Opens the file or begins it. @throws StartupError when it is not such a file, belongs to a run with other
   * arguments, or is in use
   */
  static async open(path: string, { merchantId, heads }: Pick<Head, 'merchantId' | 'heads'>): Promise<ResumeFile> {
    const file = new ResumeFile(path, await lockedFile(path));
    const head: Head = { bahi: 'verify', version: 2, merchantId, heads };
    try {
      if (!file.read(head)) appendFileSync(file.fd, `${JSON.stringify(head)}\n`);
      return file;
    } catch (error) {
      file.close();
      throw error instanceof StartupError ? error : notWritable(error);
    }
  }

  get point(): ResumePoint {
    return { verified: this.heads, within: this.within };
  }

  note({ merchantId, point }: Pick<BookProgress, 'merchantId' | 'point'>): void {
    if (point !== null) this.append({ in: merchantId, point: point() });
  }

  /**
   * A book that was compared with only some of the other books counts as not verified: the next run continues after the
   * last position noted for it.
   */
  verified({ merchantId, head, unread, findings, more, acknowledged, isSearchPartial }: VerifiedBook): void {
    if (isSearchPartial) return;
    const counts = { unread, findings: findings.length + more, acknowledged: acknowledged.length };
    this.append({ book: merchantId, head, ...counts });
  }

  /** Everything is verified: the next run starts from the beginning. */
  remove(): void {
    rmSync(this.path, { force: true });
  }

  close(): void {
    closeSync(this.fd);
  }

  /** Appends to the file that was opened, even if it was removed meanwhile. */
  private append(line: Line): void {
    appendFileSync(this.fd, `${JSON.stringify(line)}\n`);
  }

  /** @returns false when the file is empty */
  private read(head: Head): boolean {
    const text = readFileSync(this.fd, 'utf8');
    const [first, ...lines] = text.split('\n');
    // After the last line end there is an incomplete line, or nothing.
    const torn = lines.pop();
    if (first === '' || torn === undefined) {
      if (text === '') return false;
      throw this.isNone();
    }
    if (first !== JSON.stringify(head)) throw this.isOther(first!, head);
    for (const line of lines) this.take(this.parsed(line));
    if (torn !== '') ftruncateSync(this.fd, Buffer.byteLength(text) - Buffer.byteLength(torn));
    return true;
  }

  private parsed(line: string): Line {
    try {
      return JSON.parse(line) as Line;
    } catch {
      throw this.isNone();
    }
  }

  private take(line: Line): void {
    if ('in' in line) {
      this.within = { merchantId: line.in, point: line.point };
      return;
    }
    // Two simultaneous runs of a version that did not lock the file may both have verified this book.
    if (!this.heads.has(line.book)) {
      this.before.books++;
      if (line.unread > 0) this.before.unreadBooks++;
      this.before.findings += line.findings;
      this.before.acknowledged += line.acknowledged;
    }
    this.heads.set(line.book, headIn(line.head));
    if (this.within?.merchantId === line.book) this.within = null;
  }

  /** The file may be about the same books, but of a run that was given other heads. */
  private isOther(first: string, head: Head): StartupError {
    const heads = /"heads":("[0-9a-f]{64}"|null)}$/;
    if (first.replace(heads, '') !== JSON.stringify(head).replace(heads, '')) return this.isNone();
    return new StartupError(
      `--resume: ${this.path} belongs to a run with other heads (--since, --expect-head): give the same ones ` +
        'again, name another file, or remove this one to start again.',
    );
  }

  private isNone(): StartupError {
    return new StartupError(
      `--resume: ${this.path} was not written by such a run of verify: name another file, or remove this one to ` +
        'start again.',
    );
  }
}

/** @throws StartupError */
async function lockedFile(path: string): Promise<number> {
  for (;;) {
    const fd = await openLocked(path, constants.O_APPEND).catch((error: unknown) => Promise.reject(notOpened(error)));
    if (fd === null)
      throw new StartupError(
        `--resume: another verify is using ${path}: wait until it has ended, or name another file.`,
      );
    if (fstatSync(fd).nlink > 0) return fd;
    // The run that held the lock was about to end, and has removed the file.
    closeSync(fd);
  }
}

function notOpened(error: unknown): StartupError {
  if (!(error instanceof CannotLock)) return notWritable(error);
  const remedy = error.isFlockMissing ? 'Install it (util-linux)' : 'Give a file on a disk of this machine';
  return new StartupError(`--resume: ${error.message}. ${remedy}.`);
}

function notWritable(error: unknown): StartupError {
  return new StartupError(`--resume: ${(error as Error).message}. Give a file in a folder that you may write to.`);
}

import type { INestApplicationContext } from '@nestjs/common';
import { formatPaise } from '../../shared/money.js';
import { type BookProgress, type Judged, type VerifiedBook, VerifyBooks } from '../../modules/ledger/ledger.public.js';
import type { Arguments } from './command-line.js';
import { type Command, merchantThere, withMigrated } from './command.js';
import { counted } from './counted.js';
import { GivenHeads } from './given-heads.js';
import { ProgressLine } from './progress-line.js';
import { RecordedRun } from './recorded-run.js';
import { ResumeFile } from './resume-file.js';

/** The resume point does not match the books; nothing was verified. */
const DOES_NOT_FIT = 2;

type Print = (line: string) => void;

type Misfit = NonNullable<Awaited<ReturnType<VerifyBooks['misfit']>>>;

interface Wanted extends Pick<Arguments['verify'], 'merchantId'> {
  readonly unreachable: Map<string, string>;
  readonly heads: GivenHeads;
}

/** Nothing wrong was found, but not everything was read. */
const PARTLY_READ = 3;

/**
 * Exit code 1 on any finding, 2 when the resume point does not match, 3 when a node was unreachable and nothing else is
 * wrong.
 */
export const verify: Command<'verify'> = (config, given, print) =>
  withMigrated(config, async (context) => {
    const { merchantId, resume: file } = given;
    const books = context.get(VerifyBooks);
    const unreachable = await books.unreachableNodes();
    if (merchantId !== null && !(await books.isUnreachable(merchantId, unreachable)))
      await merchantThere(context, merchantId);
    const heads = GivenHeads.read(given);
    const resume = file === null ? null : await ResumeFile.open(file, { merchantId, heads: heads.digest });
    try {
      return await verified(context, { merchantId, unreachable, heads }, resume, print);
    } finally {
      resume?.close();
    }
  });

async function verified(
  context: INestApplicationContext,
  { merchantId, unreachable, heads }: Wanted,
  resume: ResumeFile | null,
  print: Print,
): Promise<number> {
  const books = context.get(VerifyBooks);
  const tally = new Tally(print);
  const search = { unreachable, skipped: (what: string) => tally.skip(what) };
  const misfit = resume === null ? null : await books.misfit(resume.point, search);
  if (misfit !== null) {
    misfitLines(misfit, resume!.path).forEach(print);
    return DOES_NOT_FIT;
  }
  const record = await RecordedRun.begin(context, merchantId, print);
  if (resume !== null) tally.goOn(resume);
  const progress = new ProgressLine();
  for await (const book of books.execute(merchantId, {
    ...search,
    expectedHead: heads.expected,
    since: heads.since,
    resume: resume?.point ?? null,
    // The resume point is never much older than the progress shown.
    watch: (at) => void (progress.show(() => placeOf(at)) && resume?.note(at)),
  })) {
    progress.clear();
    tally.add(book);
    // Before the resume file is written: a run that continues with that file skips the book.
    await record.book(book);
    resume?.verified(book);
  }
  if (merchantId === null) {
    const found = await books.ofNoBook();
    tally.ofNoBook(found);
    await record.ofNoBook(found);
  }
  // If something was not read, neither the record nor the resume file is complete.
  if (tally.isWhole) await record.end();
  if (tally.isWhole) resume?.remove();
  return tally.end();
}

function misfitLines({ merchantId, stored, found }: Misfit, file: string): string[] {
  return [
    `According to ${file}, transaction ${stored.seq} of book ${merchantId} is ${stored.hash}.`,
    found === null ? 'There is no such transaction in this database.' : `In this database it is ${found}.`,
    'The file belongs to another or a restored database, or the book was changed: find out which. Nothing was ' +
      'verified.',
    `To verify everything from the beginning, remove ${file}.`,
  ];
}

function placeOf({ merchantId, what, done, of }: BookProgress): string {
  const total = of === null ? '' : ` of ${of.toLocaleString('en')}`;
  return `${merchantId}: ${done.toLocaleString('en')}${total} ${what}`;
}

/** What was found in all, including the run that this one continues. */
class Tally {
  private books = 0;
  private findings = 0;
  private acknowledged = 0;
  private unread = 0;
  private partial = 0;
  private readonly skipped = new Set<string>();

  constructor(private readonly print: Print) {}

  goOn({ path, before }: ResumeFile): void {
    const { books, unreadBooks, findings, acknowledged } = before;
    this.books = books;
    this.unread = unreadBooks;
    this.findings = findings;
    this.acknowledged = acknowledged;
    if (books > 0)
      this.print(
        `According to ${path}, ${counted(books, 'book')} ${books === 1 ? 'was' : 'were'} verified before, with ` +
          `${counted(findings, 'finding')}.`,
      );
  }

  add(book: VerifiedBook): void {
    const { merchantId, transactions, unread, head, adjustments, isSearchPartial } = book;
    const found = this.count(book);
    this.books++;
    if (unread > 0) this.unread++;
    if (isSearchPartial) this.partial++;
    const part = unread === 0 ? '' : `the first ${unread} not read, `;
    // Not a plain `ok`: a run that is given this line by `--since` must read the book completely.
    const right = isSearchPartial ? 'not compared with all books, else ok' : 'ok';
    const verdict = found === 0 ? right : counted(found, 'finding');
    this.print(`${merchantId} ${transactions} transactions, ${part}head ${head}: ${verdict}`);
    this.show(book);
    for (const { actor, count, paise } of adjustments)
      this.print(`  adjusted by ${actor}: ${counted(count, 'time')}, ${formatPaise(paise)} in all`);
  }

  ofNoBook(beside: Judged): void {
    this.count(beside);
    if (beside.findings.length + beside.acknowledged.length > 0) this.print('in no book:');
    this.show(beside);
  }

  /** A node that does not answer, or a book on such a node. */
  skip(what: string): void {
    this.skipped.add(what);
  }

  get isWhole(): boolean {
    return this.skipped.size === 0;
  }

  /** @returns the exit code */
  end(): number {
    const { books, findings, acknowledged, unread, partial } = this;
    if (unread > 0) {
      this.print(
        `Not read in ${counted(unread, 'book')}: the transactions up to --since, whose balances were taken as ` +
          'they are; and the payouts, payments and refunds from before that have ended and moved no money since, ' +
          'with their timelines and UTRs.',
      );
    }
    for (const what of this.skipped) this.print(`NOT READ: ${what}`);
    if (partial > 0)
      this.print(
        `In ${counted(partial, 'book')}, UTRs and providers’ ids were not compared with those of the books that ` +
          'were not read.',
      );
    if (!this.isWhole)
      this.print('Books on nodes that do not answer were not read. Verify again when the nodes are back.');
    const wrong = findings === 0 ? 'nothing wrong' : counted(findings, 'finding');
    const known = acknowledged === 0 ? '' : `${counted(acknowledged, 'finding')} acknowledged, `;
    this.print(`${counted(books, 'book')} verified, ${known}${wrong}.`);
    if (findings > 0) return 1;
    return this.isWhole ? 0 : PARTLY_READ;
  }

  private count({ findings, acknowledged, more }: Judged): number {
    this.findings += findings.length + more;
    this.acknowledged += acknowledged.length;
    return findings.length + more;
  }

  private show({ findings, acknowledged, more }: Judged): void {
    for (const { code, detail, evidence } of findings)
      this.print(`  ${code} ${detail}${evidence === undefined ? '' : ` (finding ${evidence})`}`);
    if (more > 0) this.print(`  and ${more} more, which are not shown`);
    for (const { code, detail, actor, createdAt, reason } of acknowledged)
      this.print(`  acknowledged by ${actor} at ${createdAt.toISOString()} (${reason}): ${code} ${detail}`);
  }
}

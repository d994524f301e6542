import { Injectable } from '@nestjs/common';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import { nextId } from '../../../shared/ids.js';
import { type Acknowledgement, Acknowledgements } from '../domain/acknowledgement.js';
import type { JudgedFinding } from '../domain/audit.js';
import { LedgerArchive, type NoBookSnapshot } from '../domain/ledger-archive.js';
import { FindingNotFound } from '../domain/refusals.js';

export interface AcknowledgeFindingCommand {
  /** Where it is looked for: in one merchant's book, beside all books, or there and in one book after the other. */
  readonly within: { readonly merchantId: string } | 'no_book' | 'anywhere';
  /** As `verify` prints it. */
  readonly evidence: string;
  readonly reason: string;
  readonly actor: string;
}

/** In which book it is looked for now, and in how many it was not found. */
export interface BookSearched {
  readonly merchantId: string;
  readonly before: number;
}

/**
 * A person has judged a finding of `verify`: it is shown as acknowledged from then on, and no longer counts as wrong.
 * It must be there now, so that nobody acknowledges what nobody has seen. Acknowledged again, the first one stays.
 */
@Injectable()
export class AcknowledgeFinding {
  constructor(
    private readonly archive: LedgerArchive,
    private readonly acknowledgements: Acknowledgements,
    private readonly clock: ServerClock,
  ) {}

  /**
   * @param watch hears of each book in which it is looked for, of one after the other
   * @throws FindingNotFound, AdministrationDisabled
   */
  async execute(
    command: AcknowledgeFindingCommand,
    watch: (at: BookSearched) => void = () => undefined,
  ): Promise<{ acknowledgement: Acknowledgement; isNew: boolean }> {
    const { within, evidence, reason, actor } = command;
    await this.acknowledgements.assertWritable();
    const finding = await this.find(within, evidence, watch);
    if (finding === null) throw new FindingNotFound();
    const id = nextId((await this.clock.now()).clockTime.getTime());
    const { code, detail } = finding;
    const given = { id, evidence, merchantId: finding.merchantId, code, detail, reason, actor };
    const acknowledgement = await this.acknowledgements.add(given);
    return { acknowledgement, isNew: acknowledgement.id === id };
  }

  /** Those of no book are few, and are looked for first. */
  private async find(
    within: AcknowledgeFindingCommand['within'],
    evidence: string,
    watch: (at: BookSearched) => void,
  ): Promise<JudgedFinding | null> {
    if (typeof within === 'object') return this.archive.snapshot(within.merchantId, (book) => findIn(book, evidence));
    const beside = await this.archive.snapshotOfNoBook((snapshot) => findIn(snapshot, evidence));
    if (beside !== null || within === 'no_book') return beside;
    let before = 0;
    for await (const id of this.archive.merchantIds()) {
      watch({ merchantId: id, before: before++ });
      const found = await this.archive.snapshot(id, (book) => findIn(book, evidence));
      if (found !== null) return found;
    }
    return null;
  }
}

async function findIn(snapshot: NoBookSnapshot, evidence: string): Promise<JudgedFinding | null> {
  for await (const finding of snapshot.toBeJudged()) if (finding.evidence === evidence) return finding;
  return null;
}

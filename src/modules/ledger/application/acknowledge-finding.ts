import { Injectable } from '@nestjs/common';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import { nextId } from '../../../shared/ids.js';
import { type Acknowledgement, Acknowledgements } from '../domain/acknowledgement.js';
import type { JudgedFinding } from '../domain/audit.js';
import { LedgerArchive, type NoBookSnapshot } from '../domain/ledger-archive.js';
import { FindingNotFound } from '../domain/refusals.js';

export interface AcknowledgeFindingCommand {
  /**
   * Where to look: in one merchant's book, among the findings that belong to no book, or there and then in one book
   * after the other.
   */
  readonly within: { readonly merchantId: string } | 'no_book' | 'anywhere';
  /** As `verify` prints it. */
  readonly evidence: string;
  readonly reason: string;
  readonly actor: string;
}

/** The book that is being searched, and how many were searched before it without success. */
export interface BookSearched {
  readonly merchantId: string;
  readonly before: number;
}

/**
 * Records that a person has judged a finding of `verify`: from then on it is shown as acknowledged and no longer counts
 * as wrong. The finding must exist now, so that nobody acknowledges what nobody has seen. If it is acknowledged again,
 * the first acknowledgement stays.
 */
@Injectable()
export class AcknowledgeFinding {
  constructor(
    private readonly archive: LedgerArchive,
    private readonly acknowledgements: Acknowledgements,
    private readonly clock: ServerClock,
  ) {}

  /**
   * @param watch called with each book before it is searched
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

  /** Findings that belong to no book are few, and are searched first. */
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

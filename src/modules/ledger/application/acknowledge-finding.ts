import { Injectable } from '@nestjs/common';
import { nextId } from '../../../shared/ids.js';
import { type Acknowledgement, Acknowledgements } from '../domain/acknowledgement.js';
import type { JudgedFinding } from '../domain/audit.js';
import { LedgerArchive } from '../domain/ledger-archive.js';
import { FindingNotFound } from '../domain/refusals.js';

export interface AcknowledgeFindingCommand {
  /** Null: in whichever book it is, which is looked for in one after the other. */
  readonly merchantId: string | null;
  /** As `verify` prints it. */
  readonly evidence: string;
  readonly reason: string;
  readonly actor: string;
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
  ) {}

  /** @throws FindingNotFound */
  async execute(command: AcknowledgeFindingCommand): Promise<{ acknowledgement: Acknowledgement; isNew: boolean }> {
    const { merchantId, evidence, reason, actor } = command;
    for await (const book of merchantId === null ? this.archive.merchantIds() : [merchantId]) {
      const finding = await this.find(book, evidence);
      if (finding === null) continue;
      const id = nextId(Date.now());
      const { code, detail } = finding;
      const acknowledgement = await this.acknowledgements.add({
        id,
        evidence,
        merchantId: book,
        code,
        detail,
        reason,
        actor,
      });
      return { acknowledgement, isNew: acknowledgement.id === id };
    }
    throw new FindingNotFound();
  }

  private find(merchantId: string, evidence: string): Promise<JudgedFinding | null> {
    return this.archive.snapshot(merchantId, async (book) => {
      for await (const finding of book.toBeJudged()) if (finding.evidence === evidence) return finding;
      return null;
    });
  }
}

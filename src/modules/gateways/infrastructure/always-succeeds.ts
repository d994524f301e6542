import { createHash } from 'node:crypto';
import { BankGateway, type InquiryEnding, type SubmissionEnding, type Transfer } from '../domain/bank-gateway.js';

/**
 * A bank that says yes and moves nothing. It has no memory: the UTR is computed from the reference, so that every
 * submission of one reference, in any process and after any restart, gets the same answer.
 *
 * An inquiry finds nothing, and the adapter says that this proves nothing; recovery then submits again.
 */
export class AlwaysSucceeds extends BankGateway {
  override readonly name = 'always-succeeds';
  override readonly capabilities = { idempotentSubmission: true, authoritativeInquiry: false };

  override async submit({ reference }: Transfer): Promise<SubmissionEnding> {
    return { kind: 'succeeded', utr: utrOf(reference) };
  }

  override async inquire(): Promise<InquiryEnding> {
    return { kind: 'not_found' };
  }
}

/** Twelve digits, as IMPS gives them. Among a million payouts two share one by chance; nothing is paid under it. */
function utrOf(reference: string): string {
  const digest = createHash('sha256').update(reference).digest();
  return (digest.readBigUInt64BE() % 1_000_000_000_000n).toString().padStart(12, '0');
}

import { createHash } from 'node:crypto';
import {
  BankGateway,
  EVERY_MODE,
  type InquiryEnding,
  type SubmissionEnding,
  type Transfer,
} from '../../gateways/gateways.public.js';

/**
 * A bank that reports success and moves nothing. It has no memory: the UTR is computed from the reference, so that
 * every submission of one reference, in any process and after any restart, gets the same answer.
 *
 * An inquiry finds nothing, and the adapter declares that this proves nothing; recovery then submits again.
 */
export class AlwaysSucceeds extends BankGateway {
  override readonly name = 'always-succeeds';
  override readonly capabilities = {
    modes: EVERY_MODE,
    idempotentSubmission: true,
    canBeInquired: true,
    authoritativeInquiry: false,
    sendsCallbacks: false,
    canCancel: false,
    canListOrders: false,
    authoritativeList: false,
  };

  override async submit({ reference }: Transfer): Promise<SubmissionEnding> {
    return { kind: 'succeeded', utr: utrOf(reference) };
  }

  override async inquire(): Promise<InquiryEnding> {
    return { kind: 'not_found' };
  }
}

/** As long as a UTR of RTGS, so that no two payouts share one by chance, which `verify` would report. */
function utrOf(reference: string): string {
  return `AS${createHash('sha256').update(reference).digest('hex').slice(0, 20).toUpperCase()}`;
}

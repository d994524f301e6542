import { BankGateway, type Failure, type InquiryEnding, type SubmissionEnding } from '../domain/bank-gateway.js';

const FAILURE: Failure = {
  code: 'beneficiary_bank_rejected',
  reason: 'The beneficiary bank rejected the transfer.',
  source: 'beneficiary_bank',
  retryable: false,
};

/** A bank that turns everything down. It never pays, so that "nothing found" is always the whole truth. */
export class AlwaysFails extends BankGateway {
  override readonly name = 'always-fails';
  override readonly capabilities = { idempotentSubmission: true, authoritativeInquiry: true };

  override async submit(): Promise<SubmissionEnding> {
    return { kind: 'rejected', failure: FAILURE };
  }

  override async inquire(): Promise<InquiryEnding> {
    return { kind: 'not_found' };
  }
}

import {
  BankGateway,
  EVERY_MODE,
  failureOf,
  type InquiryEnding,
  type SubmissionEnding,
} from '../../gateways/gateways.public.js';

/** A bank that rejects everything. It never pays, so `not_found` is always true. */
export class AlwaysFails extends BankGateway {
  override readonly name = 'always-fails';
  override readonly capabilities = {
    modes: EVERY_MODE,
    idempotentSubmission: true,
    canBeInquired: true,
    authoritativeInquiry: true,
    sendsCallbacks: false,
    canCancel: false,
    canListOrders: false,
    authoritativeList: false,
  };

  override async submit(): Promise<SubmissionEnding> {
    return { kind: 'rejected', failure: failureOf('beneficiary_bank_rejected') };
  }

  override async inquire(): Promise<InquiryEnding> {
    return { kind: 'not_found' };
  }
}

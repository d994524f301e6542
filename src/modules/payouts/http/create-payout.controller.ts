import { Body, Controller } from '@nestjs/common';
import { Money } from '../../../shared/money.js';
import { ApiTags, Keyed, KeyedPost, MerchantId, PostOnce } from '../../../platform/http/http.public.js';
import { InsufficientFunds } from '../../ledger/ledger.public.js';
import { ModeNotSupported } from '../../gateways/gateways.public.js';
import { BankAccountInactive, BankAccountUnknown, MerchantInactive } from '../../merchants/merchants.public.js';
import { KeyRoom, parseIdempotencyKey, TooManyIdempotencyKeys } from '../../idempotency/idempotency.public.js';
import { CreatePayout } from '../application/create-payout.js';
import { payoutView } from '../application/payout-view.js';
import { DuplicateReference } from '../domain/refusals.js';
import { comparedMode, comparedModeToVpa } from '../domain/transfer-mode.js';
import { PayoutDocument } from './payout-documents.js';
import { CreatePayoutBody } from './payout-requests.js';

/** Bodies that work as they are, with the demo data of `make start` and the key of Acme Agency. */
const TO_ACME = { amount_paise: 50_000, bank_account_id: '01890000-0000-7000-8000-0000000c0001' };
const EXAMPLES = {
  'the least': { value: TO_ACME },
  everything: { value: { ...TO_ACME, currency: 'INR', mode: 'NEFT', reference_id: 'INV-117', narration: 'November' } },
};

@ApiTags('Payouts')
@Controller('payouts')
export class CreatePayoutController {
  constructor(
    private readonly createPayout: CreatePayout,
    private readonly keys: KeyRoom,
  ) {}

  @PostOnce('', PayoutDocument, {
    operationId: 'createPayout',
    summary: 'Pay money out to a bank account',
    description:
      'The amount is held at once. The payout is `pending` until a bank has it; read it again for its outcome.',
    body: CreatePayoutBody,
    examples: EXAMPLES,
    created: 'The amount is held, and the payout is being sent to a bank.',
    refusals: [
      MerchantInactive,
      DuplicateReference,
      BankAccountUnknown,
      BankAccountInactive,
      ModeNotSupported,
      InsufficientFunds,
      TooManyIdempotencyKeys,
    ],
  })
  async create(
    @MerchantId('payout') merchantId: string,
    @Keyed(parseIdempotencyKey) post: KeyedPost,
    @Body() body: CreatePayoutBody,
  ): Promise<void> {
    const amount = Money.ofPaise(BigInt(body.amount_paise));
    const details = {
      bankAccountId: body.bank_account_id,
      mode: body.mode ?? null,
      referenceId: body.reference_id ?? null,
      narration: body.narration ?? null,
    };
    const compared = (mode: string): unknown[] => ['/payouts', amount.paise.toString(), { ...details, mode }];
    const toAccount = compared(comparedMode(details.mode, amount));
    const hashToVpa = (): Uint8Array => post.hashOf(compared(comparedModeToVpa(details.mode)));
    const terms = { keys: this.keys.termsFor(merchantId), compared: toAccount, collection: '/payouts' };
    const command = { merchantId, ...post.by, amount, ...details };
    await post.answer(terms, (request, created) =>
      this.createPayout.execute(command, { ...request, hashToVpa }, (payout) =>
        created(payoutView(payout, post.caller)),
      ),
    );
  }
}

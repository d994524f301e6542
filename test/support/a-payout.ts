import { Money } from '../../src/shared/money.js';
import { Payout } from '../../src/modules/payouts/domain/payout.js';
import type { PayoutState } from '../../src/modules/payouts/domain/payout-state.js';
import type { PayoutStatus } from '../../src/modules/payouts/domain/payout-status.js';
import type { PayoutFailure } from '../../src/modules/gateways/gateways.language.js';
import { moment } from './moments.js';

/** When every payout of the tests was requested. */
export const REQUESTED_AT = new Date('2026-01-05T04:30:00.000Z');
export const BANK = 'bank-simulator';
export const TIMEOUT_MS = 30_000;
export const UTR = '632812345678';
export const CLOSED: PayoutFailure = {
  code: 'bank_account_closed',
  reason: 'The account is closed.',
  source: 'beneficiary_bank',
  retryable: false,
};

export const after = (ms: number): Date => new Date(REQUESTED_AT.getTime() + ms);

type Wish = Partial<
  Pick<PayoutState, 'id' | 'merchantId' | 'amount' | 'mode' | 'referenceId' | 'narration' | 'recipient'>
> & { readonly status?: PayoutStatus };

/** A payout brought to its status by the domain's own methods, as the book would load it. */
export function aPayout({ status = 'pending', ...wish }: Wish = {}): Payout {
  const requested = {
    id: '019b8c6c-5078-7d02-8a11-0c0ffee12345',
    merchantId: '01980000-0000-7000-8000-00000000000a',
    bankAccountId: '01980000-0000-7000-8000-00000000000b',
    recipient: { name: 'Asha Rao', accountNumber: '000123456789', ifsc: 'HDFC0000001' },
    amount: Money.ofPaise(60_00n),
    mode: 'IMPS' as const,
    referenceId: null,
    narration: null,
    ...wish,
  };
  const payout = Payout.request(requested, { now: moment(REQUESTED_AT), actor: 'merchant:k1' }, after(TIMEOUT_MS));
  if (status === 'cancelled') payout.cancel({ now: moment(after(1)), actor: 'merchant:k1' });
  if (['processing', 'completed', 'failed', 'reversed'].includes(status))
    payout.submit(BANK, after(1 + TIMEOUT_MS), { now: moment(after(1)), actor: 'system' });
  if (status === 'completed' || status === 'reversed')
    payout.complete(UTR, { now: moment(after(2)), actor: `bank:${BANK}` });
  if (status === 'failed') payout.fail(CLOSED, { now: moment(after(2)), actor: `bank:${BANK}`, reason: CLOSED.reason });
  if (status === 'reversed')
    payout.reverse(CLOSED, { now: moment(after(3)), actor: `bank:${BANK}`, reason: CLOSED.reason });
  return Payout.restore(payout.state);
}

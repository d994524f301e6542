import { Injectable } from '@nestjs/common';
import { Books } from '../../../platform/group-commit/group-commit.public.js';
import { type Change, changeOrder, type ChangeOptions } from '../../gateways/gateways.public.js';
import type { Payout } from '../domain/payout.js';
import type { PayoutState } from '../domain/payout-state.js';
import { payoutRows } from '../domain/payout-tables.js';
import { PayoutNotFound } from '../domain/refusals.js';
import { payoutIn, stagePayout } from './stage-payout.js';

const PAYOUTS = { find: payoutIn, notFound: PayoutNotFound, stage: stagePayout };

/** The frame of every change of one payout, see `changeOrder`. */
@Injectable()
export class ChangePayout {
  constructor(private readonly books: Books) {}

  /** @throws PayoutNotFound, Overloaded, and whatever `change` throws, with nothing changed */
  async execute(merchantId: string, id: string, change: Change<Payout>, options?: ChangeOptions): Promise<PayoutState> {
    const rows = [payoutRows.row(id)];
    return (await changeOrder(this.books, PAYOUTS, { merchantId, id, rows }, change, options)).state;
  }
}

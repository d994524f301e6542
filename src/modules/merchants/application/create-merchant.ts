import { Injectable } from '@nestjs/common';
import { nextId } from '../../../shared/ids.js';
import type { Merchant } from '../domain/merchant.js';
import { Merchants } from '../domain/merchants.js';

interface CreateMerchantCommand {
  readonly name: string;
  readonly email: string;
  /** Given for the demo, whose ids are documented. Otherwise a new one is drawn. */
  readonly id?: string;
}

/**
 * Creates a merchant and opens its book. Both are written in one transaction: a crash leaves both or none, and an
 * operator who got no answer checks the list.
 */
@Injectable()
export class CreateMerchant {
  constructor(private readonly merchants: Merchants) {}

  execute({ name, email, id }: CreateMerchantCommand): Promise<Merchant> {
    return this.merchants.add({ id: id ?? nextId(Date.now()), name, email });
  }
}

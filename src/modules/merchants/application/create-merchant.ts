import { Injectable } from '@nestjs/common';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import { nextId } from '../../../shared/ids.js';
import type { Merchant } from '../domain/merchant.js';
import { Merchants } from '../domain/merchants.js';

interface CreateMerchantCommand {
  readonly name: string;
  readonly email: string;
  /** Given for the demo, whose ids are documented; otherwise a new id is drawn. */
  readonly id?: string;
}

/**
 * Creates a merchant and opens its book. Both are written in one transaction: after a crash there are both or none, and
 * an operator who got no answer checks the list.
 */
@Injectable()
export class CreateMerchant {
  constructor(
    private readonly merchants: Merchants,
    private readonly clock: ServerClock,
  ) {}

  /** Lists are ordered by id, and ids are dated by the database's clock, because the clocks of processes differ. */
  async execute({ name, email, id }: CreateMerchantCommand): Promise<Merchant> {
    const { clockTime } = await this.clock.now();
    return this.merchants.add({ id: id ?? nextId(clockTime.getTime()), name, email });
  }
}

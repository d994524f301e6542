import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/connections/database.js';
import { chosenGateways } from '../../src/platform/orders/chosen-gateways.js';
import { PaymentReader } from '../../src/modules/payments/domain/payment-reader.js';
import { SubmittedPayouts } from '../../src/modules/payouts/domain/submitted-payouts.js';
import { timeOfId } from '../../src/shared/ids.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver } from '../support/payments-driver.js';

const ALL = { from: new Date(0), to: new Date('2100-01-01') };

let bahi: Bahi;
let acme: Merchant;
let ids: string[];
let database: Database;

beforeAll(async () => {
  bahi = await Bahi.open();
  database = bahi.service.get(Database);
  acme = await bahi.aMerchant({ rupees: 1_000 });
  ids = [];
  for (const gateway of ['a-bank', 'a-bank', null, 'another-bank', 'a-bank']) {
    const { id } = await acme.aPayout(10);
    ids.push(id);
    await bahi.psql.query('UPDATE payouts SET gateway = $1 WHERE id = $2', [gateway, id]);
  }
});
afterAll(() => bahi.close());

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const upTo = (i: number): Date => new Date(timeOfId(ids[i]!));

describe('the gateways that were chosen for a period’s orders', () => {
  it('are read in slices, so that no statement takes longer the longer the period is', async () => {
    expect(await all(chosenGateways(database, 'payouts', ALL, 2))).toEqual([
      { gateways: ['a-bank'], orders: 2, to: upTo(1) },
      { gateways: ['another-bank'], orders: 2, to: upTo(3) },
      { gateways: ['a-bank'], orders: 1, to: upTo(4) },
    ]);
  });

  it('are those of the period alone', async () => {
    const end = upTo(4).getTime() + 1;
    expect(await all(chosenGateways(database, 'payouts', { from: new Date(end), to: ALL.to }))).toEqual([]);
    expect(await all(chosenGateways(database, 'payouts', { from: ALL.from, to: upTo(0) }))).toEqual([]);
    const [whole] = await all(chosenGateways(database, 'payouts', { from: upTo(0), to: new Date(end) }));
    expect(whole).toEqual({ gateways: expect.arrayContaining(['a-bank', 'another-bank']), orders: 5, to: upTo(4) });
  });

  it('are found for payouts, and for payments', async () => {
    await new PaymentsDriver(acme).aPayment(100);
    const [ofPayouts] = await all(bahi.service.get(SubmittedPayouts).banksOf(ALL.from, ALL.to));
    expect(ofPayouts).toMatchObject({ orders: 5 });
    const [ofPayments] = await all(bahi.service.get(PaymentReader).providersOf(ALL.from, ALL.to));
    expect(ofPayments!.orders).toBeGreaterThan(0);
  });
});

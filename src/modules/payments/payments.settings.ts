import { flag, integer, settings } from '../../platform/config/config.public.js';

export class PaymentSettings extends settings('Payments', {
  feeBasisPoints: integer({
    name: 'PAYMENT_FEE_BASIS_POINTS',
    default: 200,
    min: 0,
    max: 10_000,
    help: 'The fee for a payment, in hundredths of a percent of its amount in rupees.',
  }),
  taxBasisPoints: integer({
    name: 'PAYMENT_TAX_BASIS_POINTS',
    default: 1_800,
    min: 0,
    max: 10_000,
    help: 'GST, in hundredths of a percent of the fee.',
  }),
  refundsFee: flag({ name: 'PAYMENT_REFUNDS_FEE', help: '1: a refund gives back its share of fee and GST.' }),
  openRefunds: integer({
    name: 'OPEN_REFUNDS_PER_MERCHANT',
    default: 10_000,
    min: 1,
    max: 1_000_000,
    help: 'How many open refunds a merchant may have. More are refused.',
  }),
  limitPaise: integer({
    name: 'PAYMENT_LIMIT_PAISE',
    default: 25_00_000_00,
    min: 1,
    max: 10_000_000_000_000,
    help: 'The most that one payment may be worth. RBI allows ₹25,00,000 for a cross-border one.',
  }),
}) {}

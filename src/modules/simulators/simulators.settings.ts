import { fraction, settings, text } from '../../platform/config/config.public.js';

export class SimulatorSettings extends settings('Simulators', {
  bankFailureRate: fraction({
    name: 'PAYOUT_BANK_FAILURE_RATE',
    default: 0.2,
    help: 'The share of payouts that the simulated bank rejects.',
  }),
  paymentFailureRate: fraction({
    name: 'PAYMENT_GATEWAY_FAILURE_RATE',
    default: 0.1,
    help: 'The share of charges that the simulated provider declines.',
  }),
}) {}

/** The settings of the simulated bank, read when it is enabled. */
export class BankSimulatorSettings extends settings('bank-simulator', {
  faultRate: fraction({
    name: 'BANK_SIMULATOR_FAULT_RATE',
    default: 0,
    such: '0.05',
    help: 'The probability of each fault for payouts whose account does not force one.',
  }),
  seed: text({
    name: 'BANK_SIMULATOR_SEED',
    default: null,
    example: '',
    help: 'With a seed, each process draws the same random numbers in every run.',
  }),
}) {}

/** The settings of the simulated payment provider, read when it is enabled. */
export class PaymentSimulatorSettings extends settings('payment-simulator', {
  faultRate: fraction({
    name: 'PAYMENT_SIMULATOR_FAULT_RATE',
    default: 0,
    such: '0.05',
    help: 'The probability of each fault for payments and refunds whose amount does not force one.',
  }),
  seed: text({
    name: 'PAYMENT_SIMULATOR_SEED',
    default: null,
    example: '',
    help: 'With a seed, each process draws the same random numbers in every run.',
  }),
}) {}

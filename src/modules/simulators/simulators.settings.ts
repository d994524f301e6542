import { fraction, settings, text } from '../../platform/config/config.public.js';

export class SimulatorSettings extends settings('Simulators', {
  bankFailureRate: fraction({
    name: 'PAYOUT_BANK_FAILURE_RATE',
    default: 0.2,
    help: 'The simulated bank’s share of rejections.',
  }),
  paymentFailureRate: fraction({
    name: 'PAYMENT_GATEWAY_FAILURE_RATE',
    default: 0.1,
    help: 'The simulated provider’s share of declines.',
  }),
}) {}

/** The settings of the simulated bank, read when it is enabled. */
export class BankSimulatorSettings extends settings('bank-simulator', {
  faultRate: fraction({
    name: 'BANK_SIMULATOR_FAULT_RATE',
    default: 0,
    such: '0.05',
    help: 'How often each fault comes upon payouts whose account forces none.',
  }),
  seed: text({
    name: 'BANK_SIMULATOR_SEED',
    default: null,
    example: '',
    help: 'With a seed each process draws the same numbers in each run.',
  }),
}) {}

/** The settings of the simulated payment provider, read when it is enabled. */
export class PaymentSimulatorSettings extends settings('payment-simulator', {
  faultRate: fraction({
    name: 'PAYMENT_SIMULATOR_FAULT_RATE',
    default: 0,
    such: '0.05',
    help: 'How often each fault comes upon payments and refunds whose amount forces none.',
  }),
  seed: text({
    name: 'PAYMENT_SIMULATOR_SEED',
    default: null,
    example: '',
    help: 'With a seed each process draws the same numbers in each run.',
  }),
}) {}

import { AlwaysFails } from '../../../src/modules/simulators/infrastructure/always-fails.js';
import { AlwaysSucceeds } from '../../../src/modules/simulators/infrastructure/always-succeeds.js';
import type { BankUnderTest } from '../bank-under-test.js';

const close = async (): Promise<void> => undefined;

export const ALWAYS_SUCCEEDS: BankUnderTest = {
  name: 'always-succeeds',
  accounts: { succeeds: '50100000000001' },
  modes: ['IMPS', 'NEFT', 'RTGS', 'UPI'],
  keepsBooks: false,
  reportsDestination: false,
  sendsCallbacks: false,
  start: async () => ({ open: () => new AlwaysSucceeds(), close }),
};

export const ALWAYS_FAILS: BankUnderTest = {
  name: 'always-fails',
  accounts: { rejects: '50100000000001' },
  modes: [],
  keepsBooks: false,
  reportsDestination: false,
  sendsCallbacks: false,
  start: async () => ({ open: () => new AlwaysFails(), close }),
};

import type { BankUnderTest } from './bank-under-test.js';
import { ALWAYS_FAILS, ALWAYS_SUCCEEDS } from './banks/always.js';
import { BANK_SIMULATOR } from './banks/bank-simulator.js';
import { CASHFREE } from './banks/cashfree.js';
import { RAZORPAYX } from './banks/razorpayx.js';
import { TOY_BANK } from './banks/toy-bank.js';

/** Every adapter. All of them run the whole suite, for the situations that their banks can be brought into. */
export const BANKS: readonly BankUnderTest[] = [
  BANK_SIMULATOR,
  ALWAYS_SUCCEEDS,
  ALWAYS_FAILS,
  RAZORPAYX,
  CASHFREE,
  TOY_BANK,
];

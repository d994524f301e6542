import { ToyBank } from '../../../src/modules/gateways/infrastructure/toy-bank.js';
import { openToyBankDouble } from '../../support/toy-bank-double.js';
import type { BankUnderTest } from '../bank-under-test.js';

export const TOY_BANK: BankUnderTest = {
  name: 'toy-bank',
  accounts: {
    succeeds: '50100000000001',
    rejects: '50100000000002',
    loses_request: '50100000000003',
    loses_answer: '50100000000004',
    answers_slowly: '50100000000005',
    pends: '50100000000006',
    comes_back: '50100000000007',
    is_down: '50100000000008',
    answers_garbage: '50100000000009',
  },
  modes: ['IMPS', 'NEFT'],
  keepsBooks: true,
  reportsDestination: true,
  sendsCallbacks: true,
  start: async () => {
    const double = await openToyBankDouble({ slowAnswerMs: 1_500, settlementMs: 300, returnMs: 300 });
    return {
      open: () => new ToyBank(double.settings),
      openUnreachable: () => new ToyBank({ ...double.settings, url: 'http://127.0.0.1:1' }),
      timesPaid: async (reference) => double.timesPaid(reference),
      callback: async (reference, event, change) => double.callback(reference, event, change),
      close: () => double.close(),
    };
  },
};

import { Cashfree } from '../../../src/modules/gateways/infrastructure/bank-cashfree.js';
import { openCashfreeDouble } from '../../support/cashfree-double.js';
import type { BankUnderTest } from '../bank-under-test.js';

export const CASHFREE: BankUnderTest = {
  name: 'cashfree',
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
  modes: ['IMPS', 'NEFT', 'RTGS', 'UPI'],
  keepsBooks: true,
  reportsDestination: true,
  sendsCallbacks: true,
  signsTime: true,
  start: async () => {
    const double = await openCashfreeDouble({ slowAnswerMs: 1_500, settlementMs: 300, returnMs: 300 });
    return {
      open: () => new Cashfree(double.settings),
      openUnreachable: () => new Cashfree({ ...double.settings, url: 'http://127.0.0.1:1' }),
      timesPaid: async (reference) => double.timesPaid(reference),
      callback: async (reference, event, change) => double.callback(reference, event, change),
      close: () => double.close(),
    };
  },
};

import { RazorpayX } from '../../../src/modules/gateways/infrastructure/bank-razorpayx.js';
import { openRazorpayXDouble } from '../../support/razorpayx-double.js';
import type { BankUnderTest } from '../bank-under-test.js';

export const RAZORPAYX: BankUnderTest = {
  name: 'razorpayx',
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
  reportsDestination: false,
  sendsCallbacks: true,
  start: async () => {
    const double = await openRazorpayXDouble({ slowAnswerMs: 1_500, settlementMs: 300, returnMs: 300 });
    double.largestPage = 5;
    return {
      open: () => new RazorpayX(double.settings),
      openUnreachable: () => new RazorpayX({ ...double.settings, url: 'http://127.0.0.1:1' }),
      timesPaid: async (reference) => double.timesPaid(reference),
      callback: async (reference, event, change) => double.callback(reference, event, change),
      close: () => double.close(),
    };
  },
};

import { BankSimulator } from '../../../src/modules/simulators/infrastructure/bank-simulator.js';
import { SIGNATURE_HEADER } from '../../../src/modules/simulators/infrastructure/bank-webhook-message.js';
import { signedMessage } from '../../../src/modules/simulators/infrastructure/signed-message.js';
import { Database } from '../../../src/platform/database/connections/database.js';
import type { BankUnderTest, CallbackChange, ReportedEvent } from '../bank-under-test.js';

const QUICK_DELAYS = { slowAnswerMs: 1_500, settlementMs: 300, returnMs: 300 };
const RATES = { rejected: 0.2, eachFault: 0 };

const open = (database: Database) => new BankSimulator(database, RATES, Math.random, QUICK_DELAYS);

export const BANK_SIMULATOR: BankUnderTest = {
  name: 'bank-simulator',
  accounts: {
    succeeds: '50100000000001',
    rejects: '50100000000002',
    loses_request: '50100000000003',
    loses_answer: '50100000000004',
    answers_slowly: '50100000000005',
    pends: '50100000000006',
    comes_back: '50100000000007',
    is_down: '50100000000008',
  },
  modes: ['IMPS', 'NEFT', 'RTGS', 'UPI'],
  keepsBooks: true,
  reportsDestination: true,
  sendsCallbacks: true,
  signsTime: true,
  start: async (database) => {
    const nowhere = new Database('postgres://nobody@127.0.0.1:1/nowhere', 1);
    return {
      open,
      openUnreachable: () => open(nowhere),
      timesPaid: async (reference) =>
        (await database.query('SELECT FROM bank_simulator.movements WHERE reference = $1', [reference])).length,
      callback: (reference, event, change) => callbackOf(database, reference, event, change),
      close: () => nowhere.close(),
    };
  },
};

async function callbackOf(database: Database, reference: string, event: ReportedEvent, change: CallbackChange = {}) {
  const [transfer] = await database.query<{ amount_paise: string; utr: string | null }>(
    'SELECT amount_paise, utr FROM bank_simulator.transfers WHERE reference = $1',
    [reference],
  );
  const [own] = await database.query<{ secret: string }>('SELECT secret FROM bank_simulator.callback_secret');
  const message = {
    ...{ event_id: `${reference}.${event}`, event, reference, failure_code: 'bank_account_closed' },
    ...{ amount_paise: String(change.amountPaise ?? transfer?.amount_paise), utr: transfer?.utr ?? null },
  };
  const secret = change.signedWithAnotherSecret ? 'guessed' : own!.secret;
  const signed = signedMessage(change.body ?? message, SIGNATURE_HEADER, secret, change.sentAt ?? new Date());
  return { ...signed, receivedAt: new Date() };
}

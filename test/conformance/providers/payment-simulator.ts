import { SqlChargeWebhooks } from '../../../src/modules/simulators/infrastructure/sql-charge-webhooks.js';
import {
  CHARGE_SIGNATURE_HEADER,
  PaymentSimulator,
} from '../../../src/modules/simulators/infrastructure/payment-simulator.js';
import { Database } from '../../../src/platform/database/connections/database.js';
import { BY_AMOUNT, type CallbackChange, type ProviderUnderTest, type ReportedEvent } from '../provider-under-test.js';
import { signedMessage } from '../../../src/modules/simulators/infrastructure/signed-message.js';

const QUICK_DELAYS = { slowAnswerMs: 1_500, settlementMs: 300, returnMs: 300 };
const RATES = { rejected: 0.2, eachFault: 0 };

const open = (database: Database) => new PaymentSimulator(database, RATES, Math.random, QUICK_DELAYS);

export const PAYMENT_SIMULATOR: ProviderUnderTest = {
  name: 'payment-simulator',
  amounts: BY_AMOUNT,
  keepsBooks: true,
  sendsCallbacks: true,
  start: async (database) => {
    const nowhere = new Database('postgres://nobody@127.0.0.1:1/nowhere', 1);
    return {
      open,
      openUnreachable: () => open(nowhere),
      timesMoved: async (reference) =>
        (await database.query('SELECT FROM payment_simulator.movements WHERE reference = $1', [reference])).length,
      callback: (reference, event, change) => callbackOf(database, reference, event, change),
      close: () => nowhere.close(),
    };
  },
};

/** The callback as the simulator sends it, or changed and signed again. */
async function callbackOf(database: Database, reference: string, event: ReportedEvent, change: CallbackChange = {}) {
  const written = await new SqlChargeWebhooks(database).compose(
    reference,
    event === 'undocumented' ? 'pending' : event,
  );
  const message = { ...(JSON.parse(written!.body.toString()) as object), event };
  const [own] = await database.query<{ secret: string }>('SELECT secret FROM payment_simulator.callback_secret');
  const changed = change.amountMinor === undefined ? message : { ...message, amount_minor: String(change.amountMinor) };
  const secret = change.signedWithAnotherSecret ? 'guessed' : own!.secret;
  const signed = signedMessage(change.body ?? changed, CHARGE_SIGNATURE_HEADER, secret, change.sentAt ?? new Date());
  return { ...signed, receivedAt: new Date() };
}

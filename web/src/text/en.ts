import { attention } from './en/attention.ts';
import { balance } from './en/balance.ts';
import { bankAccounts } from './en/bank-accounts.ts';
import { decisions } from './en/decisions.ts';
import { events } from './en/events.ts';
import { failures } from './en/failures.ts';
import { ledger } from './en/ledger.ts';
import { operators } from './en/operators.ts';
import { particulars } from './en/particulars.ts';
import { pay } from './en/pay.ts';
import { payments } from './en/payments.ts';
import { payoutLists } from './en/payout-lists.ts';
import { payoutPage } from './en/payout-page.ts';
import { payouts } from './en/payouts.ts';
import { problems } from './en/problems.ts';
import { routing } from './en/routing.ts';
import { shell } from './en/shell.ts';
import { statuses } from './en/statuses.ts';
import { verification } from './en/verification.ts';
import { webhooks } from './en/webhooks.ts';

/** Every English text, one file per subject; Hindi has the same ones. Loaded with the page. */
export const en = {
  shell,
  problems,
  statuses,
  attention,
  balance,
  bankAccounts,
  decisions,
  events,
  failures,
  ledger,
  operators,
  particulars,
  pay,
  payments,
  payouts,
  payoutLists,
  payoutPage,
  routing,
  verification,
  webhooks,
};

import type { Catalogue } from './catalogue.ts';
import { attention } from './hi/attention.ts';
import { balance } from './hi/balance.ts';
import { bankAccounts } from './hi/bank-accounts.ts';
import { decisions } from './hi/decisions.ts';
import { events } from './hi/events.ts';
import { failures } from './hi/failures.ts';
import { ledger } from './hi/ledger.ts';
import { operators } from './hi/operators.ts';
import { particulars } from './hi/particulars.ts';
import { pay } from './hi/pay.ts';
import { payments } from './hi/payments.ts';
import { payoutLists } from './hi/payout-lists.ts';
import { payoutPage } from './hi/payout-page.ts';
import { payouts } from './hi/payouts.ts';
import { problems } from './hi/problems.ts';
import { routing } from './hi/routing.ts';
import { shell } from './hi/shell.ts';
import { statuses } from './hi/statuses.ts';
import { verification } from './hi/verification.ts';
import { webhooks } from './hi/webhooks.ts';

/** Every Hindi text. Loaded when Hindi is chosen. */
export const hi: Catalogue = {
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

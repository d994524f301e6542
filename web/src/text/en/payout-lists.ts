export const payoutLists = {
  title: 'Payouts',
  status: 'Status',
  waitingFor: 'Waiting for',
  waits: {
    merchant_inactive: 'The account',
    bank_account_inactive: 'The bank account',
    gateway_paused: 'A paused bank',
    gateway_unavailable: 'A bank that is not responding',
    no_gateway: 'A bank that can pay it',
    database_failover: 'A check after a database failover',
  },
  needsAttention: 'Needs attention',
  includeArchived: 'Include archived',
  none: 'No payouts yet',
  noneLead: 'A payout moves money from your available balance to a bank account.',
  noneMatch: 'No payouts match',
  noneMatchLead: 'Change or clear the filters.',
};

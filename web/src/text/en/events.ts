/** Events: what has become of payouts, payments and refunds, step by step, and of what else an endpoint is told. */
export const events = {
  /** The beginning of an event's type. */
  subjects: {
    payout: 'Payout',
    payment: 'Payment',
    refund: 'Refund',
    webhook_endpoint: 'Webhook endpoint',
    balance: 'Balance',
  },
  of: (subject: string, what: string) => `${subject}${what.startsWith('The ') ? ':' : ''} ${what.toLowerCase()}`,
  /** Its end. */
  what: {
    requested: 'Requested',
    initiated: 'Requested',
    created: 'Created',
    on_hold: 'Amount held',
    waiting: 'Waiting',
    processing: 'Sent',
    bank_answered: 'The bank answered',
    gateway_answered: 'The provider answered',
    bank_disagreed: 'The bank says something else',
    gateway_disagreed: 'The provider says something else',
    completed: 'Completed',
    succeeded: 'Succeeded',
    failed: 'Failed',
    cancelled: 'Cancelled',
    reversed: 'Returned',
    partially_refunded: 'Partly refunded',
    refunded: 'Refunded',
    disputed: 'Disputed',
    needs_attention: 'Needs attention',
    archived: 'Archived',
    turned_off: 'Switched off',
    low: 'Low',
  },
};

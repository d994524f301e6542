/** Events: each step of payouts, payments and refunds, and the other events that an endpoint is sent. */
export const events = {
  /** The first part of an event's type. */
  subjects: {
    payout: 'Payout',
    payment: 'Payment',
    refund: 'Refund',
    webhook_endpoint: 'Webhook endpoint',
    balance: 'Balance',
  },
  of: (subject: string, what: string) => `${subject}${what.startsWith('The ') ? ':' : ''} ${what.toLowerCase()}`,
  /** The second part. */
  what: {
    requested: 'Requested',
    initiated: 'Requested',
    created: 'Created',
    on_hold: 'Amount held',
    waiting: 'Waiting',
    processing: 'Sent',
    bank_answered: 'The bank answered',
    gateway_answered: 'The provider answered',
    bank_disagreed: 'The bank disagreed',
    gateway_disagreed: 'The provider disagreed',
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

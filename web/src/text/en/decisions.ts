/** What operators do by hand with a payout, a payment or a refund. */
export const decisions = {
  ask: { payout: 'Ask the bank', payment: 'Ask the provider', refund: 'Ask the provider' },
  asked: 'Asked. The answer has been recorded.',
  done: (status: string) => `Done: ${status}`,
  utr: 'UTR',
  utrHint: 'The bank’s reference for the transfer: 10 to 35 letters and digits.',
  utrWrong: 'Enter the UTR from the bank: 10 to 35 letters and digits.',
  payout: {
    processing: {
      title: 'Send now',
      lead: 'The payout is sent to the bank now if the merchant and the bank account are active.',
    },
    cancelled: { title: 'Cancel payout', lead: 'The payout is not sent, and the amount becomes available again.' },
    completed: {
      title: 'Mark as completed',
      lead: 'Only if the bank has confirmed the payment. The amount leaves the balance permanently.',
    },
    failed: {
      title: 'Mark as failed',
      lead: 'The bank is asked first. If it reports the payout as paid or in progress, this is refused. Otherwise the amount becomes available again.',
    },
  },
  payment: {
    failed: {
      title: 'Mark as failed',
      lead: 'The provider is asked first. If it reports the payment as paid or in progress, this is refused. Otherwise nothing is credited.',
    },
  },
  refund: {
    failed: {
      title: 'Mark as failed',
      lead: 'The provider is asked first. If it reports the refund as made or in progress, this is refused. Otherwise the amount becomes available again.',
    },
  },
};

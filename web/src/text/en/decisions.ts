/** What operators do by hand with a payout, a payment or a refund. */
export const decisions = {
  ask: { payout: 'Ask the bank', payment: 'Ask the provider', refund: 'Ask the provider' },
  asked: 'Asked. What it said is taken in.',
  done: (status: string) => `Done: ${status}`,
  utr: 'UTR',
  utrHint: 'The bank’s reference of the transfer: 10 to 35 letters and digits.',
  utrWrong: 'Enter the UTR that the bank gives: 10 to 35 letters and digits.',
  payout: {
    processing: {
      title: 'Send now',
      lead: 'It goes to the bank now, if the merchant and the bank account are active.',
    },
    cancelled: { title: 'Cancel payout', lead: 'It is not sent, and the amount is available again.' },
    completed: {
      title: 'Mark as completed',
      lead: 'Only when the bank has confirmed that it has paid. The amount leaves the balance for good.',
    },
    failed: {
      title: 'Mark as failed',
      lead: 'The bank is asked first, and this is refused while it reports the payout as paid or in progress. The amount is available again.',
    },
  },
  payment: {
    failed: {
      title: 'Mark as failed',
      lead: 'The provider is asked first, and this is refused while it reports the payment as paid or in progress. Nothing is credited.',
    },
  },
  refund: {
    failed: {
      title: 'Mark as failed',
      lead: 'The provider is asked first, and this is refused while it reports the refund as made or in progress. The amount is available again.',
    },
  },
};

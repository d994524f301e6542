export const ledger = {
  latest: 'Latest movements',
  empty: 'Nothing has moved yet',
  emptyLead: 'Payments that succeed and payouts that you ask for appear here.',
  kinds: {
    payment: 'Payment received',
    payout_hold: 'Payout requested',
    payout_settlement: 'Payout settled',
    payout_release: 'Payout not made',
    payout_reversal: 'Payout returned',
    refund_hold: 'Refund requested',
    refund: 'Refund paid',
    refund_release: 'Refund not made',
    adjustment: 'Adjustment',
  },
};

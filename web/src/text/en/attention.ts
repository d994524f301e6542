/** The queue of payouts, payments and refunds that need attention. */
export const attention = {
  leadForOperators:
    'What the banks and providers leave open, the oldest first. They are still asked about; ask once more, or end it by hand.',
  leadForMerchants: 'Operators look into these. What is held for them stays held until then.',
  all: 'See all',
  type: 'Type',
  types: { payout: 'Payout', payment: 'Payment', refund: 'Refund' },
  manyOf: { payout: 'Payouts', payment: 'Payments', refund: 'Refunds' },
  since: (age: string) => `for ${age}`,
  calls: (count: string, gateway: string) => `${count} × ${gateway}`,
  reasons: {
    outcome_unknown: 'Sent, and nobody says how it ended.',
    not_as_requested: 'What is stored is not what was requested. Nothing is sent for it.',
    utr_pending: 'The bank says that it has paid, and does not name the UTR. Find it on the statement.',
    gateway_disagrees: 'The bank or provider says something else than the book. Verification has the finding.',
  },
  stopped: 'Nothing is sent to banks and providers since',
  stoppedForOperators:
    'The database has failed over, and may have lost the last moments before. Before you resume, compare the book with the banks (bahi compare --with-bank) and with the payment providers.',
  stoppedForMerchants:
    'The service is checking its records. What you order is kept, and is sent when an operator resumes.',
  stoppedPayouts: 'Payouts that wait for it',
  resume: 'Resume submissions',
  promotion: (from: number, to: number) => `timeline ${from} → ${to}`,
  resumeLead:
    'Everything that waits is sent. What a bank has and this book lacks may then be ordered, and paid, again.',
  nothing: 'Nothing needs attention',
  nothingLead: 'Payouts, payments and refunds appear here when they do not end by themselves.',
};

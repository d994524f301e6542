/** The queue of payouts, payments and refunds that need attention. */
export const attention = {
  leadForOperators:
    'Orders whose outcome the banks and providers have not settled, oldest first. Bahi keeps asking; you can ask again now or decide by hand.',
  leadForMerchants: 'Operators are looking into these. The amounts stay held until then.',
  all: 'See all',
  type: 'Type',
  types: { payout: 'Payout', payment: 'Payment', refund: 'Refund' },
  manyOf: { payout: 'Payouts', payment: 'Payments', refund: 'Refunds' },
  since: (age: string) => `for ${age}`,
  calls: (count: string, gateway: string) => `${count} × ${gateway}`,
  reasons: {
    outcome_unknown: 'Sent, but the outcome is unknown.',
    not_as_requested: 'The stored details differ from the request, so nothing is sent.',
    utr_pending: 'The bank reports it as paid but gives no UTR. Look for the UTR on the bank statement.',
    gateway_disagrees: 'The bank or provider contradicts the book. See the finding under Verification.',
  },
  stopped: 'Nothing has been sent to banks and providers since',
  stoppedForOperators:
    'The database has failed over and may have lost the last moments before that. Before you resume, compare the books with the banks (npm run bahi -- compare --with-bank) and with the payment providers.',
  stoppedForMerchants:
    'The service is checking its records. Your requests are accepted and will be sent when an operator resumes.',
  stoppedPayouts: 'Payouts waiting',
  resume: 'Resume submissions',
  promotion: (from: number, to: number) => `timeline ${from} → ${to}`,
  resumeLead:
    'Everything that is waiting is sent. Transfers that a bank has but the books have lost may then be requested and paid again.',
  nothing: 'No order needs attention',
  nothingLead: 'Payouts, payments and refunds that need a decision appear here.',
};

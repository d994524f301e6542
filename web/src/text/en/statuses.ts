/** The statuses of payouts, payments and refunds. */
export const statuses = {
  pending: 'Pending',
  created: 'Created',
  processing: 'Processing',
  completed: 'Completed',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
  reversed: 'Returned',
  partially_refunded: 'Partly refunded',
  refunded: 'Refunded',
  delivered: 'Delivered',
};

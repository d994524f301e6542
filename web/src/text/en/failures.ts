/** Why something failed, and what to do next, in the service's words. */
export const failures = {
  reason: (_code: string, reason: string) => reason,
  nextAction: (_code: string, action: string) => action,
  /** What an order in progress waits for, by Bahi's own codes. */
  waits: { utr_pending: 'paid, UTR pending' },
};

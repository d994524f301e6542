/** Why something failed, and what to do next: as the service says it. */
export const failures = {
  reason: (_code: string, reason: string) => reason,
  nextAction: (_code: string, action: string) => action,
  /** What an answer that it is in progress waits for, by our own codes. */
  waits: { utr_pending: 'paid; the UTR is to come' },
};

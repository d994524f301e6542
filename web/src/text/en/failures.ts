/** Why something failed, and what to do next: as the service says it. */
export const failures = {
  reason: (_code: string, reason: string) => reason,
  nextAction: (_code: string, action: string) => action,
};

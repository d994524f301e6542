import { ACTOR_KINDS, allowedStatuses, isOpen, PAYOUT_STATUSES, type PayoutStatus } from './payout-status.js';

/**
 * The state machine of payouts as a page of Markdown with a mermaid diagram, drawn from the very table that decides.
 * `docs/state-machine.md` is this text; `make check` compares them.
 */
export function stateDiagram(): string {
  const ends = PAYOUT_STATUSES.filter((status) => !isOpen(status));
  return [
    '# The life of a payout',
    '',
    'Drawn from `src/modules/payouts/domain/payout-status.ts`. Each arrow says who may move a payout along it: a merchant, an',
    "operator, Bahi's own worker (system), or the bank by its answer. There are no other ways.",
    '',
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> pending: merchant, operator',
    ...PAYOUT_STATUSES.flatMap(arrowsFrom),
    ...ends.map((status) => `  ${status} --> [*]`),
    '```',
    '',
    `While a payout is ${PAYOUT_STATUSES.filter(isOpen).join(' or ')} its amount is held. The hold ends with it, in the same commit.`,
    '',
  ].join('\n');
}

function arrowsFrom(from: PayoutStatus): string[] {
  return PAYOUT_STATUSES.flatMap((to) => {
    const actors = ACTOR_KINDS.filter((actor) => allowedStatuses(actor, from).includes(to));
    return actors.length === 0 ? [] : [`  ${from} --> ${to}: ${actors.join(', ')}`];
  });
}

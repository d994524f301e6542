import { drawn } from '../../../shared/state-diagram.js';
import { ACTOR_KINDS, allowedStatuses, isOpen, PAYOUT_STATUSES } from './payout-status.js';

const INTRO = `Drawn from \`src/modules/payouts/domain/payout-status.ts\`. Each arrow says who may move a payout along it: a merchant, an
operator, Bahi's own worker (system), or the bank by its answer. There are no other ways.`;

/** The state machine of payouts, drawn from the same table that the code decides by. */
export function stateDiagram(): string {
  const arrows = PAYOUT_STATUSES.flatMap((from) => PAYOUT_STATUSES.map((to) => ({ from, to, by: moversOf(from, to) })));
  return drawn({
    title: 'The life of a payout',
    intro: INTRO,
    start: { status: 'pending', by: 'merchant, operator' },
    arrows: arrows.filter(({ by }) => by.length > 0),
    ends: PAYOUT_STATUSES.filter((status) => !isOpen(status)),
    outro: `While a payout is ${PAYOUT_STATUSES.filter(isOpen).join(' or ')} its amount is held. The hold ends with it, in the same commit.
What a completed payout has paid comes back only by what the bank says, and how often: [operating.md](operating.md#money-that-comes-back).`,
  });
}

function moversOf(from: (typeof PAYOUT_STATUSES)[number], to: (typeof PAYOUT_STATUSES)[number]): readonly string[] {
  return ACTOR_KINDS.filter((actor) => allowedStatuses(actor, from).includes(to));
}

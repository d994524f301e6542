import { DomainError } from '../../../shared/domain-error.js';
import { INVALID_TRANSITION } from '../../../shared/problem.js';

export const PAYOUT_STATUSES = ['pending', 'processing', 'completed', 'failed', 'cancelled', 'reversed'] as const;
export type PayoutStatus = (typeof PAYOUT_STATUSES)[number];

/** Who moves a payout. `system` is Bahi's own worker; `bank` stands for what the bank has answered. */
export const ACTOR_KINDS = ['merchant', 'operator', 'system', 'bank'] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

/**
 * The moves that exist at all. A status with an empty list is an end; so is `completed`, but a bank may return money.
 */
const MACHINE = {
  pending: ['processing', 'cancelled'],
  processing: ['completed', 'failed'],
  completed: ['reversed'],
  failed: [],
  cancelled: [],
  reversed: [],
} as const satisfies Record<PayoutStatus, readonly PayoutStatus[]>;

/** Which of these moves each actor may make. Only the bank moves `completed → reversed`. */
const PERMISSIONS = {
  merchant: { pending: ['cancelled'] },
  operator: {
    pending: ['processing', 'cancelled'],
    processing: ['completed', 'failed'],
  },
  system: { pending: ['processing'], processing: ['failed'] },
  bank: { processing: ['completed', 'failed'], completed: ['reversed'] },
} as const satisfies Record<ActorKind, Partial<Record<PayoutStatus, readonly PayoutStatus[]>>>;

export class InvalidTransition extends DomainError {
  static override readonly problem = INVALID_TRANSITION;

  constructor(from: PayoutStatus, to: string, allowed: readonly PayoutStatus[]) {
    super(`A payout that is ${from} cannot become ${to} this way.`, {
      current_status: from,
      allowed_statuses: allowed,
    });
  }
}

/** The statuses that this actor may move a payout to. */
export function allowedStatuses(actor: ActorKind, from: PayoutStatus): readonly PayoutStatus[] {
  const permitted: Partial<Record<PayoutStatus, readonly PayoutStatus[]>> = PERMISSIONS[actor];
  const possible: readonly PayoutStatus[] = MACHINE[from];
  return (permitted[from] ?? []).filter((status) => possible.includes(status));
}

/** @throws InvalidTransition with the statuses that are allowed */
export function assertTransition(actor: ActorKind, from: PayoutStatus, to: PayoutStatus): void {
  const allowed = allowedStatuses(actor, from);
  if (!allowed.includes(to)) throw new InvalidTransition(from, to, allowed);
}

/** Whether the money is still held, because the payout has not ended. */
export function isOpen(status: PayoutStatus): boolean {
  return status === 'pending' || status === 'processing';
}

/** `merchant:<key id>` → `merchant`. */
export function kindOfActor(actor: string): ActorKind {
  const prefix = actor.split(':', 1)[0];
  const kind = ACTOR_KINDS.find((candidate) => candidate === prefix);
  if (kind === undefined) throw new RangeError(`not an actor: ${actor}`);
  return kind;
}

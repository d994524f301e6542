import { DomainError } from '../../../shared/domain-error.js';
import { Money } from '../../../shared/money.js';

export const TRANSFER_MODES = ['IMPS', 'NEFT', 'RTGS'] as const;
export type TransferMode = (typeof TRANSFER_MODES)[number];

/** The least and the most that one transfer of a mode carries. Null: the system itself sets no limit. */
interface ModeLimits {
  readonly min: Money | null;
  readonly max: Money | null;
}

const LAKH_PAISE = 1_00_000_00n;

/**
 * IMPS: at most ₹5,00,000 (RBI, Statement on Developmental and Regulatory Policies, 8 October 2021).
 * RTGS: at least ₹2,00,000 (RBI, RTGS System Regulations). NEFT: no limit of its own (RBI, NEFT FAQ).
 */
const LIMITS = {
  IMPS: { min: null, max: Money.ofPaise(5n * LAKH_PAISE) },
  NEFT: { min: null, max: null },
  RTGS: { min: Money.ofPaise(2n * LAKH_PAISE), max: null },
} as const satisfies Record<TransferMode, ModeLimits>;

export class ModeNotSupported extends DomainError {
  readonly code = 'mode_not_supported';

  constructor(mode: TransferMode, { min, max }: ModeLimits) {
    super(`${mode} carries ${max ? `at most ${max.toString()}` : `at least ${min!.toString()}`} in one transfer.`, {
      mode,
      min_amount_paise: min === null ? null : Number(min.paise),
      max_amount_paise: max === null ? null : Number(max.paise),
    });
  }
}

/**
 * The mode that carries the amount: the one asked for, or IMPS up to its limit and NEFT beyond.
 * @throws ModeNotSupported when the mode asked for does not carry it
 */
export function chooseMode(wanted: TransferMode | null, amount: Money): TransferMode {
  if (wanted === null) return carries(LIMITS.IMPS, amount) ? 'IMPS' : 'NEFT';
  if (!carries(LIMITS[wanted], amount)) throw new ModeNotSupported(wanted, LIMITS[wanted]);
  return wanted;
}

function carries({ min, max }: ModeLimits, amount: Money): boolean {
  return !(min !== null && amount.isLessThan(min)) && !(max !== null && max.isLessThan(amount));
}

import { DomainError } from '../../../shared/domain-error.js';
import type { Problem } from '../../../shared/problem.js';
import { formatPaise } from '../../../shared/money.js';
import type { BankCapabilities } from './bank-gateway.js';
import { type ModeLimits, PAYMENT_SYSTEMS, TRANSFER_MODES, type TransferMode } from '../gateways.language.js';

/** A payment whose mode is not chosen yet. */
export interface Payable {
  readonly amountPaise: bigint;
  readonly paysTo: 'account' | 'vpa';
}

export class ModeNotSupported extends DomainError {
  static override readonly problem: Problem = {
    code: 'mode_not_supported',
    status: 422,
    title: 'The mode cannot carry this amount',
    meaning: 'The amount is outside the limits of the transfer mode, or no enabled bank offers the mode.',
    remedy: 'Omit `mode` to let Bahi choose, or send another one, with a new Idempotency-Key.',
    remembered: true,
    members: {
      mode: { type: 'text', description: 'The mode that was requested.', example: 'IMPS' },
      min_amount_paise: {
        type: 'integer',
        nullable: true,
        description: 'The least amount of the mode, if it has one.',
        example: null,
      },
      max_amount_paise: {
        type: 'integer',
        nullable: true,
        description: 'The greatest amount of the mode, if it has one.',
        example: 50_000_000,
      },
    },
  };

  constructor(mode: TransferMode, why: string, limits: ModeLimits = {}) {
    super(why, {
      mode,
      min_amount_paise: limits.minPaise === undefined ? null : Number(limits.minPaise),
      max_amount_paise: limits.maxPaise === undefined ? null : Number(limits.maxPaise),
    });
  }
}

/** The limits of one transfer of a mode at a bank; null when the bank does not offer the mode. */
export function limitsOf({ modes }: Pick<BankCapabilities, 'modes'>, mode: TransferMode): ModeLimits | null {
  const own = modes[mode];
  if (own === undefined) return null;
  const { minPaise, maxPaise } = { ...PAYMENT_SYSTEMS[mode], ...own };
  return { ...(minPaise === undefined ? {} : { minPaise }), ...(maxPaise === undefined ? {} : { maxPaise }) };
}

export function carries(bank: Pick<BankCapabilities, 'modes'>, mode: TransferMode, amountPaise: bigint): boolean {
  const limits = limitsOf(bank, mode);
  return limits !== null && isWithin(limits, amountPaise);
}

/**
 * A mode by which at least one bank carries the amount: the requested one, or else the first that fits of IMPS, NEFT
 * and RTGS, or UPI for a virtual payment address.
 * @throws ModeNotSupported with the limit of the requested mode, or of the last one that was tried
 */
export function chooseMode(
  banks: readonly Pick<BankCapabilities, 'modes'>[],
  wanted: TransferMode | null,
  payable: Payable,
): TransferMode {
  const modes = wanted === null ? TRANSFER_MODES.filter((mode) => paysTo(mode, payable)) : [wanted];
  let refusal: ModeNotSupported | null = null;
  for (const mode of modes) {
    refusal = refusalOf(banks, mode, payable);
    if (refusal === null) return mode;
  }
  throw refusal!;
}

function refusalOf(
  banks: readonly Pick<BankCapabilities, 'modes'>[],
  mode: TransferMode,
  payable: Payable,
): ModeNotSupported | null {
  if (!paysTo(mode, payable)) return new ModeNotSupported(mode, WRONG_DESTINATION[PAYMENT_SYSTEMS[mode].paysTo](mode));
  const offers = banks.map((bank) => limitsOf(bank, mode)).filter((limits) => limits !== null);
  if (offers.some((limits) => isWithin(limits, payable.amountPaise))) return null;
  const widest = offers.reduce<ModeLimits | undefined>(
    (widest, limits) => (carriesMore(limits, widest) ? limits : widest),
    undefined,
  );
  if (widest === undefined) return new ModeNotSupported(mode, `No enabled bank offers ${mode}.`);
  const { minPaise, maxPaise } = widest;
  const limit =
    minPaise !== undefined && payable.amountPaise < minPaise
      ? `at least ${formatPaise(minPaise)}`
      : `at most ${formatPaise(maxPaise!)}`;
  return new ModeNotSupported(mode, `${mode} carries ${limit} in one transfer.`, widest);
}

/** A mode that at least one bank offers, with the widest limits of any bank. */
export interface OfferedMode extends ModeLimits {
  readonly mode: TransferMode;
  readonly paysTo: Payable['paysTo'];
}

export function offeredModes(banks: readonly Pick<BankCapabilities, 'modes'>[]): OfferedMode[] {
  return TRANSFER_MODES.flatMap((mode) => {
    const offers = banks.map((bank) => limitsOf(bank, mode)).filter((limits) => limits !== null);
    if (offers.length === 0) return [];
    const minPaise = widestOf(
      offers.map(({ minPaise }) => minPaise),
      (limit, than) => limit < than,
    );
    const maxPaise = widestOf(
      offers.map(({ maxPaise }) => maxPaise),
      (limit, than) => limit > than,
    );
    const limits = { ...(minPaise === undefined ? {} : { minPaise }), ...(maxPaise === undefined ? {} : { maxPaise }) };
    return [{ mode, paysTo: PAYMENT_SYSTEMS[mode].paysTo, ...limits }];
  });
}

/** @returns undefined if one of the banks sets no limit, which is wider than any */
function widestOf(
  limits: readonly (bigint | undefined)[],
  isWider: (limit: bigint, than: bigint) => boolean,
): bigint | undefined {
  return limits.reduce((widest, limit) => {
    if (widest === undefined || limit === undefined) return undefined;
    return isWider(limit, widest) ? limit : widest;
  });
}

function carriesMore(limits: ModeLimits, than: ModeLimits | undefined): boolean {
  return than === undefined || (limits.maxPaise ?? 0n) > (than.maxPaise ?? 0n);
}

const WRONG_DESTINATION = {
  account: (mode: TransferMode) => `${mode} pays to an account number, but this bank account is a VPA.`,
  vpa: (mode: TransferMode) => `${mode} pays to a VPA, but this bank account is an account number.`,
};

function paysTo(mode: TransferMode, payable: Payable): boolean {
  return PAYMENT_SYSTEMS[mode].paysTo === payable.paysTo;
}

function isWithin({ minPaise, maxPaise }: ModeLimits, amountPaise: bigint): boolean {
  return (minPaise === undefined || amountPaise >= minPaise) && (maxPaise === undefined || amountPaise <= maxPaise);
}

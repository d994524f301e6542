import type { Catalogue } from '../text/catalogue.ts';
import { useText } from '../text/language.ts';
import { classes } from './classes.ts';

export type Status = keyof Catalogue['statuses'];

const TONES = {
  plain: 'bg-sunken text-muted',
  going: 'bg-accent-soft text-accent',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
} as const;

export type Tone = keyof typeof TONES;

const TONE_OF: Readonly<Record<Status, Tone>> = {
  pending: 'plain',
  created: 'plain',
  processing: 'going',
  completed: 'good',
  succeeded: 'good',
  delivered: 'good',
  failed: 'bad',
  cancelled: 'plain',
  reversed: 'warn',
  partially_refunded: 'warn',
  refunded: 'warn',
};

/** The status of a payout, a payment, a refund or a delivery. */
export function StatusBadge({ status }: { readonly status: Status }) {
  return <Badge tone={TONE_OF[status]}>{useText().statuses[status]}</Badge>;
}

interface OrderBadgeProps {
  readonly status: Status;
  readonly needsAttention: boolean;
}

/** "Needs attention" is shown instead of the status, because it says more. */
export function OrderBadge({ status, needsAttention }: OrderBadgeProps) {
  const { attention } = useText().shell.pages;
  return needsAttention ? <Badge tone="warn">{attention}</Badge> : <StatusBadge status={status} />;
}

/** A word on a tint. The word says everything; the tint helps to find it. */
export function Badge({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  return (
    <span
      className={classes(
        'inline-flex h-6 items-center rounded-full px-2 text-sm font-medium whitespace-nowrap',
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}

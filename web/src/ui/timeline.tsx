import type { Catalogue } from '../text/catalogue.ts';
import { whatHappened } from '../text/event-names.ts';
import { useText } from '../text/language.ts';
import { classes } from './classes.ts';
import type { Failure } from './failure-note.tsx';
import { ProblemMessage } from './problem-message.tsx';
import { Skeleton } from './skeleton.tsx';
import { type Status } from './status-badge.tsx';
import { Time } from './time.tsx';

export interface TimelineStep {
  /** `payout.bank_answered` */
  readonly type: string;
  readonly to: Status;
  readonly at: string;
  readonly actor: string;
  readonly reason: string | null;
}

interface TimelineProps {
  /**
   * The order whose timeline it is. Steps of another object name it, such as refunds in the timeline of their payment.
   */
  readonly of: 'payout' | 'payment' | 'refund';
  /** Undefined while the steps are being loaded. The oldest comes first. */
  readonly steps: readonly TimelineStep[] | undefined;
  /** The failure of the order: the service repeats its reason in a step. */
  readonly failure?: Failure | null | undefined;
  readonly error: Error | null;
  readonly onRetry: () => void;
}

/** The history of one order, step by step. */
export function Timeline({ of, steps, failure, error, onRetry }: TimelineProps) {
  const text = useText();
  if (steps === undefined && error !== null) return <ProblemMessage error={error} onRetry={onRetry} />;
  if (steps === undefined) return <Skeleton className="h-40 w-full" />;
  return (
    <ol className="grid">
      {steps.map((step, index) => (
        <li key={index} className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 not-last:pb-4">
          <span aria-hidden="true" className="relative grid w-2 justify-items-center">
            {index < steps.length - 1 && <span className="absolute top-3 -bottom-6 w-px bg-line" />}
            <span className={classes('relative mt-1.5 size-2 rounded-full', lookOf(step.type))} />
          </span>
          <span className="grid gap-1">
            <span className="font-medium">{whatOf(step, of, text)}</span>
            <span className="text-sm text-muted">
              <Time at={step.at} isExact />
            </span>
            {step.reason !== null && <span className="wrap-anywhere">{reasonOf(step.reason, failure, text)}</span>}
            <span className="text-sm text-muted">{text.shell.by(nameOf(step.actor, text.shell.actors))}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

const LOOKS: Readonly<Record<string, string | undefined>> = {
  completed: 'bg-good',
  succeeded: 'bg-good',
  failed: 'bg-bad',
  reversed: 'bg-warn',
  needs_attention: 'bg-warn',
  bank_disagreed: 'bg-warn',
  gateway_disagreed: 'bg-warn',
  disputed: 'bg-warn',
};

const lookOf = (type: string): string => LOOKS[type.split('.')[1] ?? ''] ?? 'bg-edge';

/** A type that this version does not know is named by the status to which it led. */
function whatOf({ type, to }: TimelineStep, of: TimelineProps['of'], text: Catalogue): string {
  const { events, statuses } = text;
  const what = whatHappened(type, text) ?? statuses[to];
  return type.startsWith('refund.') && of !== 'refund' ? events.of(events.subjects.refund, what) : what;
}

/** A failure's reason is shown in the reader's language; what a person wrote is shown unchanged. */
const reasonOf = (reason: string, failure: Failure | null | undefined, { failures }: Catalogue): string =>
  reason === failure?.reason ? failures.reason(failure.code, reason) : reason;

/** `gateway:bank-simulator` is shown by its name, `merchant:<id of a key>` by its kind. */
function nameOf(actor: string, kinds: Readonly<Record<string, string | undefined>>): string {
  const [kind, name] = actor.split(':');
  return kinds[kind!] ?? name ?? actor;
}

import { useText } from '../text/language.ts';
import { Skeleton } from './skeleton.tsx';
import { type Status, StatusBadge } from './status-badge.tsx';
import { ProblemMessage } from './problem-message.tsx';
import { Time } from './time.tsx';

export interface TimelineStep {
  readonly to: Status;
  readonly at: string;
  readonly actor: string;
  readonly reason: string | null;
}

interface TimelineProps {
  /** Undefined while they are loaded. The oldest first. */
  readonly steps: readonly TimelineStep[] | undefined;
  readonly error: Error | null;
  readonly onRetry: () => void;
}

/** What has become of one thing, step by step. */
export function Timeline({ steps, error, onRetry }: TimelineProps) {
  const { shell } = useText();
  if (steps === undefined && error !== null) return <ProblemMessage error={error} onRetry={onRetry} />;
  if (steps === undefined) return <Skeleton className="h-24 w-full" />;
  return (
    <ol className="grid gap-4">
      {steps.map(({ to, at, actor, reason }, index) => (
        <li key={index} className="grid gap-1">
          <span className="flex flex-wrap items-center justify-between gap-2">
            <StatusBadge status={to} />
            <span className="text-sm text-muted">
              <Time at={at} isExact />
            </span>
          </span>
          {reason !== null && <span className="text-muted wrap-anywhere">{reason}</span>}
          <span className="text-sm text-muted">{shell.by(nameOf(actor, shell.actors))}</span>
        </li>
      ))}
    </ol>
  );
}

/** `gateway:bank-simulator` is called by its name, `merchant:<id of a key>` by what it is. */
function nameOf(actor: string, kinds: Readonly<Record<string, string | undefined>>): string {
  const [kind, name] = actor.split(':');
  return kinds[kind!] ?? name ?? actor;
}

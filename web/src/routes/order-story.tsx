import type { ReactNode } from 'react';
import { merchantShown, useSession } from '../api/session.ts';
import { EntriesCard } from '../features/ledger/entries-card.tsx';
import { DeliveriesAbout } from '../features/webhooks/deliveries-about.tsx';
import { useText } from '../text/language.ts';
import { Card } from '../ui/card.tsx';
import type { Failure } from '../ui/failure-note.tsx';
import { Timeline, type TimelineStep } from '../ui/timeline.tsx';

interface OrderStoryProps {
  readonly type: 'payout' | 'payment' | 'refund';
  readonly order: { readonly id: string; readonly failure: Failure | null };
  readonly timeline: {
    readonly data: { readonly results: readonly TimelineStep[] } | undefined;
    readonly error: Error | null;
    readonly refetch: () => Promise<unknown>;
  };
  /** Facts about the order, without its timeline. */
  readonly facts: ReactNode;
  /** The requests to the bank or the provider. */
  readonly attempts: ReactNode;
  /** What else followed from it. */
  readonly more?: ReactNode;
}

/** What the pages of a payout, a payment and a refund show below the status. */
export function OrderStory({ type, order: { id, failure }, timeline, facts, attempts, more }: OrderStoryProps) {
  const { shell } = useText();
  const merchant = merchantShown(useSession());
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <div className="grid min-w-0 gap-6">
        {facts}
        {/* A ledger is read for one merchant. */}
        {merchant !== null && <EntriesCard cause={`${type}:${id}`} />}
        {attempts}
      </div>
      <div className="grid min-w-0 gap-6">
        <Card title={shell.timeline}>
          <div className="p-4">
            <Timeline
              of={type}
              failure={failure}
              steps={timeline.data?.results}
              error={timeline.error}
              onRetry={() => void timeline.refetch()}
            />
          </div>
        </Card>
        {more}
        <DeliveriesAbout objectId={id} />
      </div>
    </div>
  );
}

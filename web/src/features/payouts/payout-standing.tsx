import type { PayoutDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Amount } from '../../ui/amount.tsx';
import { Card } from '../../ui/card.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { OrderBadge } from '../../ui/status-badge.tsx';

/** The amount, the status, and a sentence that explains it. */
export function PayoutStanding({ payout }: { readonly payout: PayoutDocument }) {
  const { payouts: texts } = useText();
  const { status, waiting_for: waitingFor, needs_attention: needsAttention, failure } = payout;
  return (
    <Card>
      <div className="grid gap-1 p-4" aria-live="polite">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Amount paise={payout.amount_paise} className="text-2xl font-semibold" />
          <OrderBadge status={status} needsAttention={needsAttention} />
        </p>
        {needsAttention ? (
          <p className="text-warn">{texts.attention}</p>
        ) : (
          <p className="text-muted">{waitingFor === null ? texts.standing[status] : texts.waitingFor[waitingFor]}</p>
        )}
        <FailureNote failure={failure} />
      </div>
    </Card>
  );
}

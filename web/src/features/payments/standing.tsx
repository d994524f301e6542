import type { PaymentDocument, RefundDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Card } from '../../ui/card.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { MinorAmount } from '../../ui/minor-amount.tsx';
import { OrderBadge } from '../../ui/status-badge.tsx';

export function PaymentStanding({ payment }: { readonly payment: PaymentDocument }) {
  return <Standing order={payment} sentence={useText().payments.standing[payment.status]} />;
}

export function RefundStanding({ refund }: { readonly refund: RefundDocument }) {
  return <Standing order={refund} sentence={useText().payments.refundStanding[refund.status]} />;
}

interface StandingProps {
  readonly order: PaymentDocument | RefundDocument;
  readonly sentence: string;
}

/** The amount, the status, and a sentence that explains it. */
function Standing({ order, sentence }: StandingProps) {
  const { payments: texts } = useText();
  const { status, amount, currency, waiting_for: waitingFor, needs_attention: needsAttention, failure } = order;
  return (
    <Card>
      <div className="grid gap-1 p-4" aria-live="polite">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <MinorAmount minor={amount} currency={currency} className="text-2xl font-semibold" />
          <OrderBadge status={status} needsAttention={needsAttention} />
        </p>
        {needsAttention ? (
          <p className="text-warn">{texts.needsAttention}</p>
        ) : (
          <p className="text-muted">{waitingFor === null ? sentence : texts.waitingFor[waitingFor]}</p>
        )}
        <FailureNote failure={failure} />
      </div>
    </Card>
  );
}

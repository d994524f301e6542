import type { PaymentDocument, RefundDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Card } from '../../ui/card.tsx';
import { MinorAmount } from '../../ui/minor-amount.tsx';

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

/** How much, and in a sentence where it stands. */
function Standing({ order, sentence }: StandingProps) {
  const { payments: words } = useText();
  const { amount, currency, waiting_for: waitingFor, needs_attention: needsAttention, failure } = order;
  return (
    <Card>
      <div className="grid gap-1 p-4" aria-live="polite">
        <MinorAmount minor={amount} currency={currency} className="text-2xl font-semibold" />
        <p className="text-muted">{waitingFor === null ? sentence : words.waitingFor[waitingFor]}</p>
        {needsAttention && <p className="text-warn">{words.needsAttention}</p>}
        {failure !== null && <p className="text-bad">{failure.reason}</p>}
        {failure !== null && <p className="text-muted">{failure.next_action}</p>}
      </div>
    </Card>
  );
}

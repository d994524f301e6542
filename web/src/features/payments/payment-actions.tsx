import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { cancelPayment, inquirePayment, inquireRefund } from '../../api/generated/sdk.gen.ts';
import type { PaymentDocument } from '../../api/generated/types.gen.ts';
import { useSession } from '../../api/session.ts';
import { useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { toast } from '../../ui/toast.tsx';
import { payment as paymentQuery, refund as refundQuery } from './queries.ts';
import { RefundDialog } from './refund-dialog.tsx';

/** What the caller may do with a payment now: the service says which actions are allowed, and checks again. */
export function PaymentActions({ payment }: { readonly payment: PaymentDocument }) {
  const { payments: texts } = useText();
  const { holder } = useSession();
  const navigate = useNavigate();
  const [isRefunding, setIsRefunding] = useState(false);
  const { id } = payment;
  return (
    <>
      {holder.kind === 'operator' && (
        <AskButton ask={() => inquirePayment({ path: { id } })} query={paymentQuery(id).queryKey} />
      )}
      {payment.status === 'created' && payment.allowed_statuses.includes('failed') && <CancelButton id={id} />}
      {payment.refundable_amount > 0 && (
        <Button tone="primary" onClick={() => setIsRefunding(true)}>
          {texts.giveBack}
        </Button>
      )}
      <RefundDialog
        payment={payment}
        isOpen={isRefunding}
        onClose={() => setIsRefunding(false)}
        onRefunded={(refundId) => void navigate({ to: '/refunds/$id', params: { id: refundId } })}
      />
    </>
  );
}

/** Lets operators ask the provider now. */
export function RefundActions({ id }: { readonly id: string }) {
  const { holder } = useSession();
  if (holder.kind !== 'operator') return null;
  return <AskButton ask={() => inquireRefund({ path: { id } })} query={refundQuery(id).queryKey} />;
}

function CancelButton({ id }: { readonly id: string }) {
  const { payments: texts } = useText();
  const queries = useQueryClient();
  const cancelling = useMutation({
    mutationFn: () => cancelPayment({ path: { id } }),
    onSuccess: (payment) => queries.setQueryData(paymentQuery(id).queryKey, payment),
  });
  return (
    <>
      <Button isBusy={cancelling.isPending} onClick={() => cancelling.mutate()}>
        {texts.cancelPayment}
      </Button>
      {cancelling.error !== null && <ProblemMessage error={cancelling.error} />}
    </>
  );
}

interface AskButtonProps {
  readonly ask: () => Promise<unknown>;
  readonly query: readonly unknown[];
}

function AskButton({ ask, query }: AskButtonProps) {
  const { payments: texts } = useText();
  const queries = useQueryClient();
  const asking = useMutation({
    mutationFn: ask,
    onSuccess: async () => {
      toast(texts.asked);
      await queries.invalidateQueries({ queryKey: query });
    },
  });
  return (
    <>
      <Button isBusy={asking.isPending} onClick={() => asking.mutate()}>
        {texts.ask}
      </Button>
      {asking.error !== null && <ProblemMessage error={asking.error} />}
    </>
  );
}

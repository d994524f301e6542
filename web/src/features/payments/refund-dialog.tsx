import { useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useId, useState } from 'react';
import type { PaymentDocument } from '../../api/generated/types.gen.ts';
import { useSending } from '../../attempts/use-sending.ts';
import { fieldText } from '../../money/foreign.ts';
import { paiseOf, wireOf } from '../../money/paise.ts';
import { parseAmount } from '../../money/typed-amount.ts';
import { useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { refusalsOf } from '../../ui/form-problem.ts';
import { MinorAmount } from '../../ui/minor-amount.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { TypedAmount } from '../../ui/typed-amount.tsx';
import { refundOf, refundService, refundText } from './order-services.ts';
import { useOrders } from './use-orders.ts';

interface RefundDialogProps {
  readonly payment: PaymentDocument;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onRefunded: (refundId: string) => void;
}

const ABOUT_THE_AMOUNT = { refund_exceeds_payment: 'amount', insufficient_funds: 'amount' };

/**
 * Refunds a payment in full or in part. While the outcome of a refund is unknown, only that refund can be tried again.
 */
export function RefundDialog({ payment, isOpen, onClose, onRefunded }: RefundDialogProps) {
  const { payments: texts, problems, shell } = useText();
  const formId = useId();
  const queries = useQueryClient();
  const { id, currency, refundable_amount: refundable } = payment;
  const left = paiseOf(refundable);
  // The typed amount stays, whatever others refund in the meantime. Until something is typed, it is everything that is
  // left.
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? fieldText(left, currency);
  const [complaint, setComplaint] = useState<string>();
  const refunding = useSending(useOrders('refunds', refundService, payment.merchant_id), {
    isMeant: (order) => refundOf(order).payment_id === id,
    onMade: (refundId) => {
      void queries.invalidateQueries({ queryKey: ['payments', id] });
      onRefunded(refundId);
    },
  });
  const open = refunding.open === null ? null : BigInt(refundOf(refunding.open).amount);
  const complaintAbout = (amount: bigint | null): string | undefined => {
    if (amount === null) return texts.amountWrong;
    return amount > left && open === null ? texts.amountTooLarge : undefined;
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const amount = open === null ? parseAmount(text, currency) : open;
    const wrong = complaintAbout(amount);
    setComplaint(wrong);
    if (wrong === undefined && amount !== null) refunding.send(refundText({ payment_id: id, amount: wireOf(amount) }));
  };
  const actions = (
    <>
      <Button onClick={onClose}>{shell.cancel}</Button>
      <Button type="submit" form={formId} tone="primary" isBusy={refunding.isPending}>
        {open === null ? texts.giveBack : shell.retry}
      </Button>
    </>
  );
  return (
    <Dialog title={texts.refundPayment} isOpen={isOpen} onClose={onClose} actions={actions}>
      <form id={formId} noValidate className="grid gap-4" onSubmit={submit}>
        <p className="text-muted">
          {texts.refundLead} <MinorAmount minor={refundable} currency={currency} />
        </p>
        <Field
          label={texts.amountIn(currency)}
          error={complaint ?? refusalsOf(refunding.error, problems, ABOUT_THE_AMOUNT)['amount']}
        >
          {(wiring) => (
            <TypedAmount
              {...wiring}
              currency={currency}
              disabled={open !== null}
              value={open === null ? text : fieldText(open, currency)}
              onValueChange={setTyped}
            />
          )}
        </Field>
        {open !== null && (
          <p role="alert" className="text-warn">
            {texts.outcomeUnknown}
          </p>
        )}
        {refunding.isNotMade && <p role="status">{texts.notMade}</p>}
        {refunding.error !== null && <ProblemMessage error={refunding.error} />}
      </form>
    </Dialog>
  );
}

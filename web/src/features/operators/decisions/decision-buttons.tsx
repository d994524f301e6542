import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '../../../text/language.ts';
import { Button } from '../../../ui/button.tsx';
import { toast } from '../../../ui/toast.tsx';
import { type Decision, decide, decisionsOf, type Given, type Order } from './decision.ts';
import { DecisionDialog } from './decision-dialog.tsx';

interface DecisionButtonsProps {
  readonly order: Order;
  readonly size?: 'medium' | 'small';
}

/** The statuses to which an operator may move the order. The service checks again, and may refuse. */
export function DecisionButtons({ order, size }: DecisionButtonsProps) {
  const { decisions: texts, statuses } = useText();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Decision | null>(null);
  const deciding = useMutation({
    mutationFn: ({ status, given }: { status: Decision; given: Given }) => decide(order, status, given),
    onSuccess: (_done, { status }) => {
      setAsked(null);
      toast(texts.done(statuses[status]));
    },
    // The balance, lists and timelines all show what has moved. A refusal means that something on the page is out of
    // date.
    onSettled: () => queries.invalidateQueries(),
  });
  const open = (decision: Decision): void => {
    deciding.reset();
    setAsked(decision);
  };
  return (
    <>
      {decisionsOf(order).map((decision) => (
        <Button key={decision} size={size} onClick={() => open(decision)}>
          {textsOf(texts, order.type, decision).title}
        </Button>
      ))}
      {asked !== null && (
        <DecisionDialog
          {...textsOf(texts, order.type, asked)}
          decision={asked}
          doing={deciding}
          onConfirm={(given) => deciding.mutate({ status: asked, given })}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  );
}

type DecisionTexts = ReturnType<typeof useText>['decisions'];

/** By hand, a payment or a refund can only be failed. */
function textsOf(texts: DecisionTexts, type: Order['type'], decision: Decision): { title: string; lead: string } {
  return type === 'payout' ? texts.payout[decision] : texts[type].failed;
}

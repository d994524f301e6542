import { useSession } from '../../../api/session.ts';
import { AskButton } from './ask-button.tsx';
import { DecisionButtons } from './decision-buttons.tsx';
import type { Order } from './decision.ts';

interface OperatorActionsProps {
  readonly order: Order;
  readonly size?: 'medium' | 'small';
}

/** What operators may do with an order; empty for a merchant's key. */
export function OperatorActions(props: OperatorActionsProps) {
  if (useSession().holder.kind !== 'operator') return null;
  return (
    <>
      <AskButton {...props} />
      <DecisionButtons {...props} />
    </>
  );
}

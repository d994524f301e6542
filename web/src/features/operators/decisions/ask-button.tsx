import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useText } from '../../../text/language.ts';
import { Button } from '../../../ui/button.tsx';
import { ProblemMessage } from '../../../ui/problem-message.tsx';
import { toast } from '../../../ui/toast.tsx';
import { inquire, type Order } from './decision.ts';

interface AskButtonProps {
  readonly order: Order;
  readonly size?: 'medium' | 'small';
}

/** Asks the bank or the provider now. Not shown for an order that was never sent to one. */
export function AskButton({ order, size }: AskButtonProps) {
  const { decisions: texts } = useText();
  const queries = useQueryClient();
  const asking = useMutation({
    mutationFn: () => inquire(order),
    onSuccess: async () => {
      toast(texts.asked);
      await queries.invalidateQueries();
    },
  });
  if (order.attempts === 0) return null;
  return (
    <>
      <Button size={size} isBusy={asking.isPending} onClick={() => asking.mutate()}>
        {texts.ask[order.type]}
      </Button>
      {asking.error !== null && (
        <div className="basis-full">
          <ProblemMessage error={asking.error} />
        </div>
      )}
    </>
  );
}

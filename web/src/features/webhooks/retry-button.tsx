import { useMutation, useQueryClient } from '@tanstack/react-query';
import { retryWebhookDelivery } from '../../api/generated/sdk.gen.ts';
import { useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { delivery } from './queries.ts';

/** Sends a delivery again now, with the same id and the same bytes. */
export function RetryButton({ id }: { readonly id: string }) {
  const { webhooks: texts } = useText();
  const queries = useQueryClient();
  const retrying = useMutation({
    mutationFn: () => retryWebhookDelivery({ path: { id } }),
    onSuccess: (next) => queries.setQueryData(delivery(id).queryKey, next),
  });
  return (
    <>
      <Button isBusy={retrying.isPending} onClick={() => retrying.mutate()}>
        {texts.sendAgain}
      </Button>
      {retrying.error !== null && <ProblemMessage error={retrying.error} />}
    </>
  );
}

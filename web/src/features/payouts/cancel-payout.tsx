import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { cancelPayout } from '../../api/generated/sdk.gen.ts';
import type { PayoutDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { payout } from './payout.ts';

/** Cancels a payout that no bank has. The service says whether that is allowed, and checks again when asked. */
export function CancelPayout({ of: { id, allowed_statuses: allowed } }: { readonly of: PayoutDocument }) {
  const { payoutPage: texts } = useText();
  const queries = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const cancelling = useMutation({
    mutationFn: () => cancelPayout({ path: { id } }),
    onSuccess: async (cancelled) => {
      setIsAsking(false);
      queries.setQueryData(payout(id).queryKey, cancelled);
      await queries.invalidateQueries();
    },
  });
  if (!allowed.includes('cancelled')) return null;
  return (
    <>
      <Button onClick={() => setIsAsking(true)}>{texts.cancel}</Button>
      {isAsking && (
        <ConfirmDialog
          title={texts.cancel}
          lead={texts.cancelLead}
          doing={cancelling}
          onConfirm={() => cancelling.mutate()}
          onClose={() => setIsAsking(false)}
        />
      )}
    </>
  );
}

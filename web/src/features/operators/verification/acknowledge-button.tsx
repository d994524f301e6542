import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { acknowledgeFinding } from '../../../api/generated/sdk.gen.ts';
import { useText } from '../../../text/language.ts';
import { Button } from '../../../ui/button.tsx';
import { ReasonDialog } from '../../../ui/confirm-dialog.tsx';

interface AcknowledgeButtonProps {
  /** Null: the finding belongs to no book. */
  readonly merchantId: string | null;
  /** The digest of the finding's evidence. */
  readonly finding: string;
}

/** Acknowledges a finding. It applies to this evidence only. */
export function AcknowledgeButton({ merchantId, finding }: AcknowledgeButtonProps) {
  const { verification: texts } = useText();
  const queries = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const acknowledging = useMutation({
    mutationFn: (reason: string) =>
      acknowledgeFinding({ query: merchantId === null ? {} : { merchant_id: merchantId }, body: { finding, reason } }),
    onSuccess: async () => {
      setIsAsking(false);
      await queries.invalidateQueries();
    },
  });
  return (
    <>
      <Button size="small" className="justify-self-start" onClick={() => setIsAsking(true)}>
        {texts.acknowledge}
      </Button>
      {isAsking && (
        <ReasonDialog
          title={texts.acknowledge}
          lead={texts.acknowledgeLead}
          doing={acknowledging}
          onConfirm={(reason) => acknowledging.mutate(reason)}
          onClose={() => setIsAsking(false)}
        />
      )}
    </>
  );
}

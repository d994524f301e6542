import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { resumeSubmissions } from '../../../api/generated/sdk.gen.ts';
import type { ListAttentionResponse } from '../../../api/generated/types.gen.ts';
import { useSession } from '../../../api/session.ts';
import { useText } from '../../../text/language.ts';
import { Button } from '../../../ui/button.tsx';
import { ReasonDialog } from '../../../ui/confirm-dialog.tsx';
import { Time } from '../../../ui/time.tsx';

interface StoppedNoticeProps {
  readonly stopped: ListAttentionResponse['submissions_stopped'] | undefined;
}

/** That nothing is submitted, for anybody, until an operator lets it go on; nothing where it is. */
export function StoppedNotice({ stopped }: StoppedNoticeProps) {
  const { attention: words } = useText();
  const isOperator = useSession().holder.kind === 'operator';
  if (stopped === null || stopped === undefined) return null;
  return (
    <section
      aria-label={words.stopped}
      className="grid justify-items-start gap-2 border-b border-line bg-warn-soft p-4"
    >
      <p className="font-medium text-warn">
        {words.stopped} <Time at={stopped.since} />
      </p>
      <p>{isOperator ? words.stoppedForOperators : words.stoppedForMerchants}</p>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Link to="/payouts" search={{ waiting_for: stopped.waiting_for }} className="link font-medium">
          {words.stoppedPayouts}
        </Link>
        {isOperator && <ResumeButton />}
      </div>
    </section>
  );
}

function ResumeButton() {
  const { attention: words } = useText();
  const queries = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const resuming = useMutation({
    mutationFn: (reason: string) => resumeSubmissions({ body: { reason } }),
    onSuccess: async () => {
      setIsAsking(false);
      await queries.invalidateQueries();
    },
  });
  return (
    <>
      <Button size="small" onClick={() => setIsAsking(true)}>
        {words.resume}
      </Button>
      {isAsking && (
        <ReasonDialog
          title={words.resume}
          lead={words.resumeLead}
          doing={resuming}
          onConfirm={(reason) => resuming.mutate(reason)}
          onClose={() => setIsAsking(false)}
        />
      )}
    </>
  );
}

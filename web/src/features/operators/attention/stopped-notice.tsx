import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { listDatabaseFailovers, resumeSubmissions } from '../../../api/generated/sdk.gen.ts';
import type { ListAttentionResponse } from '../../../api/generated/types.gen.ts';
import { useSession } from '../../../api/session.ts';
import { useText } from '../../../text/language.ts';
import { Button } from '../../../ui/button.tsx';
import { ReasonDialog } from '../../../ui/confirm-dialog.tsx';
import { ProblemMessage } from '../../../ui/problem-message.tsx';
import { Time } from '../../../ui/time.tsx';

interface StoppedNoticeProps {
  readonly stopped: ListAttentionResponse['submissions_stopped'] | undefined;
}

/** Says that nothing is submitted for any merchant until an operator resumes; empty if submissions are not stopped. */
export function StoppedNotice({ stopped }: StoppedNoticeProps) {
  const { attention: texts } = useText();
  const isOperator = useSession().holder.kind === 'operator';
  if (stopped === null || stopped === undefined) return null;
  return (
    <section
      aria-label={texts.stopped}
      className="grid justify-items-start gap-2 border-b border-line bg-warn-soft p-4"
    >
      <p className="font-medium text-warn">
        {texts.stopped} <Time at={stopped.since} />
      </p>
      <p>{isOperator ? texts.stoppedForOperators : texts.stoppedForMerchants}</p>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Link to="/payouts" search={{ waiting_for: stopped.waiting_for }} className="link font-medium">
          {texts.stoppedPayouts}
        </Link>
        {isOperator && <ResumeButton />}
      </div>
    </section>
  );
}

const failovers = queryOptions({
  queryKey: ['database-failovers'],
  queryFn: ({ signal }) => listDatabaseFailovers({ signal }),
});

/**
 * The dialog shows the stops that it ends. The service refuses if there is a newer one, because nobody has looked at
 * it.
 */
function ResumeButton() {
  const { attention: texts } = useText();
  const queries = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const { data, error } = useQuery({ ...failovers, enabled: isAsking });
  const stops = data?.results.filter(({ stops_submissions: stopping }) => stopping);
  const resuming = useMutation({
    mutationFn: (reason: string) =>
      resumeSubmissions({
        body: { reason, stops: stops?.map(({ system_identifier, timeline }) => ({ system_identifier, timeline })) },
      }),
    onError: () => queries.invalidateQueries(failovers),
    onSuccess: async () => {
      setIsAsking(false);
      await queries.invalidateQueries();
    },
  });
  return (
    <>
      <Button size="small" onClick={() => setIsAsking(true)}>
        {texts.resume}
      </Button>
      {isAsking && stops === undefined && error !== null && <ProblemMessage error={error} />}
      {isAsking && stops !== undefined && (
        <ReasonDialog
          title={texts.resume}
          lead={texts.resumeLead}
          doing={resuming}
          onConfirm={(reason) => resuming.mutate(reason)}
          onClose={() => setIsAsking(false)}
        >
          <ul className="grid gap-1">
            {stops.map(({ system_identifier: cluster, from_timeline: from, timeline, seen_at: at }) => (
              <li key={`${cluster} ${timeline}`}>
                <Time at={at} isExact /> <span className="text-muted">{texts.promotion(from, timeline)}</span>
              </li>
            ))}
          </ul>
        </ReasonDialog>
      )}
    </>
  );
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { updateGateway } from '../../api/generated/sdk.gen.ts';
import type { GatewayDocument, UpdateGatewayBody } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ReasonDialog } from '../../ui/confirm-dialog.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { BreakerBadge, PauseBadge } from './gateway-badges.tsx';
import { LastHour } from './last-hour.tsx';
import { gateways } from './queries.ts';

/** The banks and providers through which money leaves and enters, and whether they work. */
export function GatewaysList() {
  const { data, error, refetch } = useQuery(gateways);
  if (data === undefined && error !== null) return <ProblemMessage error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton className="h-64 w-full" />;
  return (
    <div className="grid items-start gap-6 lg:grid-cols-2">
      {data.results.map((gateway) => (
        <Gateway key={gateway.name} gateway={gateway} />
      ))}
    </div>
  );
}

function Gateway({ gateway }: { readonly gateway: GatewayDocument }) {
  const { operators: texts, shell } = useText();
  const { name, paused_reason: pausedReason, modes, currencies } = gateway;
  return (
    <Card title={name} actions={<GatewayActions gateway={gateway} />}>
      <Facts>
        <Fact name={texts.state}>
          <PauseBadge gateway={gateway} />
          {pausedReason !== null && <bdi className="text-muted">{pausedReason}</bdi>}
        </Fact>
        <Fact name={texts.breaker}>
          <BreakerBadge gateway={gateway} />
          {gateway.breaker_open_until !== null && (
            <span className="text-muted">
              {texts.until} <Time at={gateway.breaker_open_until} isExact />
            </span>
          )}
        </Fact>
        <LastHour lastHour={gateway.last_hour} />
        <Fact name={texts.kind}>{texts.kinds[gateway.kind]}</Fact>
        <Fact name={gateway.kind === 'bank' ? texts.modes : texts.currencies}>
          {(gateway.kind === 'bank' ? modes.map(({ mode }) => mode) : currencies).join(', ') || shell.none}
        </Fact>
      </Facts>
    </Card>
  );
}

type Question = 'pause' | 'resume' | 'close' | null;

const CHANGES: Readonly<Record<NonNullable<Question>, UpdateGatewayBody>> = {
  pause: { is_paused: true },
  resume: { is_paused: false },
  close: { breaker: 'closed' },
};

function GatewayActions({ gateway: { name, is_paused: isPaused, breaker } }: { readonly gateway: GatewayDocument }) {
  const { operators: texts } = useText();
  const queries = useQueryClient();
  const [question, setQuestion] = useState<Question>(null);
  const changing = useMutation({
    mutationFn: (body: UpdateGatewayBody) => updateGateway({ path: { gateway: name }, body }),
    onSuccess: async () => {
      setQuestion(null);
      await queries.invalidateQueries(gateways);
    },
  });
  return (
    <span className="flex flex-wrap gap-2">
      {breaker !== 'closed' && (
        <Button size="small" onClick={() => setQuestion('close')}>
          {texts.questions.close.title}
        </Button>
      )}
      <Button size="small" onClick={() => setQuestion(isPaused ? 'resume' : 'pause')}>
        {texts.questions[isPaused ? 'resume' : 'pause'].title}
      </Button>
      {question !== null && (
        <ReasonDialog
          {...texts.questions[question]}
          doing={changing}
          onConfirm={(reason) => changing.mutate({ ...CHANGES[question], reason })}
          onClose={() => setQuestion(null)}
        />
      )}
    </span>
  );
}

import { queryOptions, useQuery } from '@tanstack/react-query';
import { getVerification } from '../../api/generated/sdk.gen.ts';
import type { VerificationDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Badge, type Tone } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';

const verification = queryOptions({
  queryKey: ['ledger', 'verification'],
  queryFn: ({ signal }) => getVerification({ signal }),
});

const TONES: Readonly<Record<VerificationDocument['status'], Tone>> = { never: 'plain', ok: 'good', wrong: 'bad' };

/**
 * Whether and how far the book was verified, and its head, which `bahi verify --expect-head` takes: a person who keeps
 * the head can detect whether history was rewritten.
 */
export function VerificationCard() {
  const { verification: texts } = useText();
  const { data, error, refetch } = useQuery(verification);
  if (data === undefined && error !== null) return <ProblemMessage error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton className="h-32 w-full" />;
  return (
    <Card title={texts.book} actions={<Badge tone={TONES[data.status]}>{texts.statuses[data.status]}</Badge>}>
      <Facts>
        {data.verified_at !== null && (
          <Fact name={texts.verifiedAt}>
            <Time at={data.verified_at} isExact />
          </Fact>
        )}
        {data.verified_head !== null && <Head name={texts.verifiedHead} head={data.verified_head} />}
        <Head name={texts.head} head={data.head} />
      </Facts>
      <p className="border-t border-line px-4 py-2 text-sm text-muted">{texts.headLead}</p>
    </Card>
  );
}

function Head({ name, head }: { readonly name: string; readonly head: string }) {
  return (
    <Fact name={name}>
      <code className="font-mono text-sm">{head}</code>
      <CopyButton value={head} what={name} />
    </Fact>
  );
}

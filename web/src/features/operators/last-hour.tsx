import type { GatewayDocument } from '../../api/generated/types.gen.ts';
import { useLanguage, useText } from '../../text/language.ts';
import { formatCount } from '../../text/moments.ts';
import { Fact } from '../../ui/facts.tsx';

/** How a gateway performed in the last hour. Without a submission in it there is nothing to report. */
export function LastHour({ lastHour }: { readonly lastHour: GatewayDocument['last_hour'] }) {
  const { operators: words } = useText();
  const language = useLanguage();
  const count = (of: number): string => formatCount(of, language);
  const { success_share_percent: share, latency_p50_ms: half, latency_p95_ms: most } = lastHour;
  if (share === null) return <Fact name={words.lastHour}>{words.noSubmissions}</Fact>;
  return (
    <>
      <Fact name={words.lastHour}>
        <span>
          {words.took(count(share), count(lastHour.submissions))}
          {lastHour.unanswered > 0 && (
            <span className="block text-warn">{words.unanswered(count(lastHour.unanswered))}</span>
          )}
        </span>
      </Fact>
      {half !== null && most !== null && <Fact name={words.latency}>{words.within(count(half), count(most))}</Fact>}
    </>
  );
}

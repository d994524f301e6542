import type { GatewayDocument } from '../../api/generated/types.gen.ts';
import { useLanguage, useText } from '../../text/language.ts';
import { formatCount } from '../../text/moments.ts';
import { Fact } from '../../ui/facts.tsx';

/** How a gateway performed in the last hour. Without a submission in it there is nothing to report. */
export function LastHour({ lastHour }: { readonly lastHour: GatewayDocument['last_hour'] }) {
  const { operators: texts } = useText();
  const language = useLanguage();
  const count = (of: number): string => formatCount(of, language);
  const { success_share_percent: share, latency_p50_ms: half, latency_p95_ms: most } = lastHour;
  if (share === null) return <Fact name={texts.lastHour}>{texts.noSubmissions}</Fact>;
  return (
    <>
      <Fact name={texts.lastHour}>
        <span>
          {texts.took(count(share), count(lastHour.submissions))}
          {lastHour.unanswered > 0 && (
            <span className="block text-warn">{texts.unanswered(count(lastHour.unanswered))}</span>
          )}
        </span>
      </Fact>
      {half !== null && most !== null && <Fact name={texts.latency}>{texts.within(count(half), count(most))}</Fact>}
    </>
  );
}

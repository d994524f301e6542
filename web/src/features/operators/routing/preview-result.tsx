import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { PreviewRoutingBody, RoutingPreviewDocument } from '../../../api/generated/types.gen.ts';
import { useLanguage, useText } from '../../../text/language.ts';
import { formatCount } from '../../../text/moments.ts';
import { ProblemMessage } from '../../../ui/problem-message.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { routingPreview } from './sample.ts';

interface PreviewResultProps {
  readonly title: string;
  readonly body: PreviewRoutingBody;
}

/** Each bank's share of such payouts, and why the other banks get none. */
export function PreviewResult({ title, body }: PreviewResultProps) {
  const { routing: texts } = useText();
  const { data, error } = useQuery({ ...routingPreview(body), placeholderData: keepPreviousData });
  return (
    <section className="grid gap-2 rounded-lg bg-sunken p-4">
      <h3 className="font-medium">{title}</h3>
      {error !== null && <ProblemMessage error={error} />}
      {data === undefined && error === null && <Skeleton className="h-16 w-full" />}
      {data !== undefined && error === null && (
        <>
          <Outcomes preview={data} />
          <PassedOver preview={data} />
          <p className="text-sm text-muted">{texts.carriedBy(data.mode)}</p>
        </>
      )}
    </section>
  );
}

interface PreviewProps {
  readonly preview: RoutingPreviewDocument;
}

function Outcomes({ preview: { outcomes, rules } }: PreviewProps) {
  const { routing: texts } = useText();
  const language = useLanguage();
  return (
    <ul className="grid gap-1">
      {outcomes.map(({ gateway, rule, share_percent: share, waiting_for: waitingFor }) => {
        const percent = formatCount(share, language);
        const priority = rule === null ? undefined : rules[rule]?.priority;
        const by = priority === undefined ? texts.byNoRule : texts.byRule(formatCount(priority, language));
        return (
          <li key={`${gateway ?? ''} ${rule ?? ''}`}>
            <span className="font-medium">
              {gateway === null ? texts.waits(percent) : texts.goesTo(percent, gateway)}
            </span>{' '}
            <span className="text-muted">{waitingFor === null ? by : texts.waitsFor[waitingFor]}</span>
          </li>
        );
      })}
    </ul>
  );
}

function PassedOver({ preview: { rules, gateways } }: PreviewProps) {
  const { routing: texts } = useText();
  const language = useLanguage();
  const passed = [
    ...rules.map(({ reason, rule, priority, gateway }) => ({
      key: `rule ${rule}`,
      name: texts.ruleTo(formatCount(priority, language), gateway),
      reason,
    })),
    ...gateways.map(({ reason, gateway }) => ({ key: `gateway ${gateway}`, name: gateway, reason })),
  ].filter(({ reason }) => reason !== null);
  if (passed.length === 0) return null;
  return (
    <div className="grid gap-1">
      <h4 className="text-sm text-muted">{texts.passedOver}</h4>
      <ul className="grid gap-1 text-sm">
        {passed.map(({ key, name, reason }) => (
          <li key={key}>
            <span className="font-medium">{name}</span>
            {reason !== null && <span className="text-muted">{`: ${texts.reasons[reason]}`}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

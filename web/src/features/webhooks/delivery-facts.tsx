import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { WebhookDeliveryWithAttemptsDocument } from '../../api/generated/types.gen.ts';
import { eventName } from '../../text/event-names.ts';
import { useText } from '../../text/language.ts';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Time } from '../../ui/time.tsx';
import { ApiEventType } from './api-event-type.tsx';
import { endpoint } from './queries.ts';
import { Answer } from './test-result.tsx';

interface DeliveryProps {
  readonly delivery: WebhookDeliveryWithAttemptsDocument;
}

export function DeliveryFacts({ delivery }: DeliveryProps) {
  const text = useText();
  const { webhooks: texts } = text;
  const { data: to } = useQuery(endpoint(delivery.endpoint_id));
  return (
    <Card title={texts.details}>
      <Facts>
        <Fact name={texts.event}>
          <span className="grid">
            {eventName(delivery.event_type, text)}
            <ApiEventType type={delivery.event_type} />
          </span>
        </Fact>
        <Fact name={texts.sequence}>{delivery.sequence}</Fact>
        <Fact name={texts.webhookId}>
          <code className="font-mono text-sm">{delivery.event_id}</code>
          <CopyButton value={delivery.event_id} what={texts.webhookId} />
        </Fact>
        <Fact name={texts.endpoint}>
          <Link to="/webhooks/$id" params={{ id: delivery.endpoint_id }} className="link">
            {to?.url ?? delivery.endpoint_id}
          </Link>
        </Fact>
        {delivery.next_attempt_at !== null && (
          <Fact name={texts.nextAttempt}>
            <Time at={delivery.next_attempt_at} isExact />
          </Fact>
        )}
        <Fact name={texts.created}>
          <Time at={delivery.created_at} isExact />
        </Fact>
      </Facts>
    </Card>
  );
}

/** Each attempt, with the beginning of its answer. */
export function DeliveryAttempts({ delivery }: DeliveryProps) {
  const { webhooks: texts } = useText();
  return (
    <Card title={texts.attempts}>
      {delivery.attempt_log.length === 0 && <p className="p-4 text-muted">{texts.notSentYet}</p>}
      <ol className="divide-y divide-line">
        {delivery.attempt_log.map((attempt) => (
          <li key={attempt.number} className="grid gap-2 p-4">
            <span className="flex flex-wrap items-center justify-between gap-2">
              <span className="font-medium">{texts.answered(attempt.status_code, attempt.duration_ms)}</span>
              <span className="text-sm text-muted">
                <Time at={attempt.started_at} isExact />
              </span>
            </span>
            {attempt.failure !== null && <span className="text-bad wrap-anywhere">{attempt.failure}</span>}
            {attempt.answer !== null && <Answer text={attempt.answer} />}
          </li>
        ))}
      </ol>
    </Card>
  );
}

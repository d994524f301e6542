import type { WebhookEndpointDocument } from '../../api/generated/types.gen.ts';
import { eventName } from '../../text/event-names.ts';
import { useText } from '../../text/language.ts';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Time } from '../../ui/time.tsx';

export function EndpointFacts({ endpoint }: { readonly endpoint: WebhookEndpointDocument }) {
  const text = useText();
  const { webhooks: texts, shell } = text;
  const { event_types: types, failing_since: failing, paused_since: paused } = endpoint;
  return (
    <Card title={texts.details}>
      <Facts>
        <Fact name={texts.url}>
          <span>{endpoint.url}</span>
          <CopyButton value={endpoint.url} what={texts.url} />
        </Fact>
        <Fact name={texts.description}>
          <bdi>{endpoint.description ?? shell.none}</bdi>
        </Fact>
        <Fact name={texts.events}>
          {types === null ? texts.allEvents : types.map((type) => eventName(type, text)).join(', ')}
        </Fact>
        <Fact name={texts.order}>{endpoint.is_ordered ? texts.ordered : texts.unordered}</Fact>
        {failing !== null && (
          <Fact name={texts.failingSince}>
            <Time at={failing} isExact />
          </Fact>
        )}
        {paused !== null && (
          <Fact name={texts.pausedSince}>
            <Time at={paused} isExact />
          </Fact>
        )}
        <Fact name={texts.created}>
          <Time at={endpoint.created_at} isExact />
        </Fact>
      </Facts>
    </Card>
  );
}

import type { WebhookEndpointDocument } from '../../api/generated/types.gen.ts';
import { eventName } from '../../text/event-names.ts';
import { useText } from '../../text/language.ts';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Time } from '../../ui/time.tsx';

export function EndpointFacts({ endpoint }: { readonly endpoint: WebhookEndpointDocument }) {
  const text = useText();
  const { webhooks: words, shell } = text;
  const { event_types: types, failing_since: failing, paused_since: paused } = endpoint;
  return (
    <Card title={words.details}>
      <Facts>
        <Fact name={words.url}>
          <span>{endpoint.url}</span>
          <CopyButton value={endpoint.url} what={words.url} />
        </Fact>
        <Fact name={words.description}>
          <bdi>{endpoint.description ?? shell.none}</bdi>
        </Fact>
        <Fact name={words.events}>
          {types === null ? words.allEvents : types.map((type) => eventName(type, text)).join(', ')}
        </Fact>
        <Fact name={words.order}>{endpoint.is_ordered ? words.ordered : words.unordered}</Fact>
        {failing !== null && (
          <Fact name={words.failingSince}>
            <Time at={failing} isExact />
          </Fact>
        )}
        {paused !== null && (
          <Fact name={words.pausedSince}>
            <Time at={paused} isExact />
          </Fact>
        )}
        <Fact name={words.created}>
          <Time at={endpoint.created_at} isExact />
        </Fact>
      </Facts>
    </Card>
  );
}

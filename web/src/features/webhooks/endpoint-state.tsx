import type { WebhookEndpointDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Badge } from '../../ui/status-badge.tsx';

/** Whether messages are sent to the endpoint, and if not, why. */
export function EndpointState({ endpoint }: { readonly endpoint: WebhookEndpointDocument }) {
  const { states } = useText().webhooks;
  if (endpoint.turned_off !== null) return <Badge tone="bad">{states[endpoint.turned_off]}</Badge>;
  if (!endpoint.is_active) return <Badge tone="plain">{states.off}</Badge>;
  if (endpoint.paused_since !== null) return <Badge tone="warn">{states.paused}</Badge>;
  if (endpoint.failing_since !== null) return <Badge tone="warn">{states.failing_now}</Badge>;
  return <Badge tone="good">{states.on}</Badge>;
}

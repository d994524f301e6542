import type { GatewayDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Badge, type Tone } from '../../ui/status-badge.tsx';

interface GatewayProps {
  readonly gateway: GatewayDocument;
}

const BREAKER_TONES: Readonly<Record<GatewayDocument['breaker'], Tone>> = {
  closed: 'good',
  half_open: 'warn',
  open: 'bad',
};

export function BreakerBadge({ gateway: { breaker } }: GatewayProps) {
  return <Badge tone={BREAKER_TONES[breaker]}>{useText().operators.breakers[breaker]}</Badge>;
}

export function PauseBadge({ gateway: { is_paused: isPaused } }: GatewayProps) {
  const { operators: texts } = useText();
  return isPaused ? <Badge tone="warn">{texts.paused}</Badge> : <Badge tone="good">{texts.running}</Badge>;
}

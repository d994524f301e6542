import { address, flag, fraction, networks, type Refuse, settings } from '../../platform/config/config.public.js';

const PROXY = {
  schemes: ['http:', 'https:'],
  expected: 'an address that starts with http:// or https://, name and password percent-encoded',
  parse: (value: string, refuse: Refuse): string => {
    const { username, password, pathname, search } = new URL(value);
    const isReadable = [username, password].every((part) => isPercentEncoded(part));
    // Basic credentials end the name at the first colon (RFC 7617).
    const isPair = isReadable && !decodeURIComponent(username).includes(':') && (username !== '' || password === '');
    return isPair && pathname === '/' && search === '' ? value : refuse(PROXY.expected, '(hidden)');
  },
} as const;

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    // Named decision: what cannot be decoded is not percent-encoded.
    return false;
  }
}

export class WebhookSettings extends settings('Webhooks', {
  allowLoopback: flag({
    name: 'WEBHOOK_ALLOW_LOOPBACK',
    neverInProduction: true,
    help: '1: endpoints may be on this machine, by HTTP too. For trying out only; refused in production.',
  }),
  retryScale: fraction({
    name: 'WEBHOOK_RETRY_SCALE',
    default: 1,
    help: 'Multiplies the pauses between attempts (5 s, 5 min … 24 h). For trying out only.',
  }),
  refusedNetworks: networks({
    name: 'WEBHOOK_REFUSED_NETWORKS',
    example: '203.0.113.0/24',
    help: 'Public networks to which nothing is sent, because their servers trust this one. Unset: none.',
  }),
  proxy: address({
    ...PROXY,
    name: 'WEBHOOK_PROXY',
    default: null,
    example: 'http://proxy.internal:3128',
    help: 'An HTTP proxy that events are sent through (CONNECT, to a checked address). Unset: none.',
  }),
}) {}

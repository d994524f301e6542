import { address, flag, fraction, settings } from '../../platform/config/config.public.js';

export class WebhookSettings extends settings('Webhooks', {
  allowLoopback: flag({
    name: 'WEBHOOK_ALLOW_LOOPBACK',
    neverInProduction: true,
    help: '1: endpoints may be on this machine, by http too, for trying out. Production refuses it.',
  }),
  retryScale: fraction({
    name: 'WEBHOOK_RETRY_SCALE',
    default: 1,
    help: 'The pauses between attempts (5 s, 5 min, 30 min … 24 h) are multiplied by it, for trying out.',
  }),
  proxy: address({
    name: 'WEBHOOK_PROXY',
    schemes: ['http:', 'https:'],
    default: null,
    example: 'http://proxy.internal:3128',
    help: 'An HTTP proxy through which events are sent (CONNECT, to an address that was checked). Unset: none.',
  }),
}) {}

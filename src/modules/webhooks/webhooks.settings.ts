import { address, flag, settings } from '../../platform/config/config.public.js';

export class WebhookSettings extends settings('Webhooks', {
  allowLoopback: flag({
    name: 'WEBHOOK_ALLOW_LOOPBACK',
    neverInProduction: true,
    help: '1: endpoints may be on this machine, by http too, for trying out. Production refuses it.',
  }),
  proxy: address({
    name: 'WEBHOOK_PROXY',
    schemes: ['http:', 'https:'],
    default: null,
    example: 'http://proxy.internal:3128',
    help: 'An HTTP proxy through which events are sent (CONNECT, to an address that was checked). Unset: none.',
  }),
}) {}

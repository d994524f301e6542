import { address } from '../config/setting-kinds.js';
import { settings } from '../config/settings.js';

export class TracingSettings extends settings('Traces', {
  endpoint: address({
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    schemes: ['http:', 'https:'],
    default: null,
    example: 'http://127.0.0.1:4318',
    help: 'Where traces are sent, as OTLP over HTTP. Unset: nowhere.',
  }),
}) {}

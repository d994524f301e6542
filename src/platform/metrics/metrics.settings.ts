import { integer, parsed } from '../config/setting-kinds.js';
import { settings } from '../config/settings.js';

const TOKEN = '16 to 256 visible ASCII characters';

export class MetricsSettings extends settings('Metrics', {
  token: parsed<string, null>({
    name: 'METRICS_TOKEN',
    default: null,
    defaultText: null,
    allowed: TOKEN,
    help: 'The token that `/metrics` requires, as `Authorization: Bearer …`. Unset: none.',
    parse: (given, refuse) => (/^[!-~]{16,256}$/.test(given) ? given : refuse(TOKEN, '(hidden)')),
  }),
  everySeconds: integer({
    name: 'METRICS_EVERY_SECONDS',
    default: 10,
    min: 0,
    max: 3_600,
    help: 'How old the gauges in `/metrics` that are read from the database may be.',
  }),
}) {}

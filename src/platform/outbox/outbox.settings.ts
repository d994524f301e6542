import { integer } from '../config/setting-kinds.js';
import { settings } from '../config/settings.js';

export class EventSettings extends settings('Events', {
  retentionDays: integer({
    name: 'EVENT_RETENTION_DAYS',
    default: 30,
    min: 1,
    max: 3_650,
    help: 'How long events are kept, at least. A merchant’s last event is kept for good.',
  }),
}) {}

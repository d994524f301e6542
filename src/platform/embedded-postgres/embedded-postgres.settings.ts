import { text } from '../config/setting-kinds.js';
import { settings } from '../config/settings.js';

export class EmbeddedPostgresSettings extends settings('The embedded PostgreSQL', {
  dataDir: text({
    name: 'DATA_DIR',
    default: '.data',
    help: 'The folder for its data. Not used with `DATABASE_URL`.',
  }),
}) {}

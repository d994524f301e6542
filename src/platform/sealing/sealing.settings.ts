import { parsed } from '../config/setting-kinds.js';
import { settings } from '../config/settings.js';
import { dataKeyOf } from './data-key.js';

const EXPECTED = 'keys of 32 bytes in base64, with commas, each of them once';

export class SealingSettings extends settings('Encryption of secrets', {
  /** The first key encrypts, all of them decrypt. None: nothing can be encrypted. */
  keys: parsed<readonly Buffer[], readonly Buffer[]>({
    name: 'DATA_ENCRYPTION_KEY',
    default: [],
    defaultText: null,
    allowed: 'keys, with commas',
    help: 'Keys for webhook secrets: the first encrypts, all decrypt. Unset: one in `DATA_DIR`, or no endpoints.',
    parse: (text, refuse) => {
      const keys = text.split(',').map((key) => dataKeyOf(key.trim()));
      const given = keys.filter((key) => key !== null);
      const distinct = new Set(given.map((key) => key.toString('hex')));
      return distinct.size === keys.length ? given : refuse(EXPECTED, '(hidden)');
    },
  }),
}) {}

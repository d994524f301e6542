import { expect, it } from 'vitest';
import { en } from '../../text/en.ts';
import { eventName } from '../../text/event-names.ts';
import { hi } from '../../text/hi.ts';
import { EVENT_TYPES } from './event-types.ts';

it.each(EVENT_TYPES)('%s, to which an endpoint can listen, has a name in both languages', (type) => {
  for (const text of [en, hi]) expect(eventName(type, text)).not.toContain('.');
});

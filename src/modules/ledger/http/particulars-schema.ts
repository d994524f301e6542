import type { Kinds } from '../../../shared/audit/particular-values.js';
import { PARTICULARS } from '../../../shared/audit/particulars.js';

const AMOUNT = { type: 'string', pattern: '^-?[0-9]+$' };

const KINDS: Readonly<Record<keyof Kinds, object>> = {
  integer: { type: 'integer' },
  text: { type: 'string' },
  'text or null': { type: ['string', 'null'] },
  texts: { type: 'array', items: { type: 'string' } },
  amount: AMOUNT,
  amounts: { type: 'object', additionalProperties: AMOUNT },
};

/** The schema of a finding's particulars: one per code, so that a client knows the values of each. */
export const PARTICULARS_SCHEMA = {
  oneOf: [
    ...Object.entries(PARTICULARS).map(([code, { values }]) => ({
      ...object({ code: { type: 'string', enum: [code] }, values: object(valueSchemas(values)) }),
      title: code,
    })),
    { type: 'null' },
  ],
  description:
    'The content of `detail` as a code and its values, so that it can be shown in another language. Amounts are ' +
    'whole paise, or minor units of `currency`. New codes may be added. Null: the finding was recorded by a ' +
    'version that recorded only the sentence.',
};

function valueSchemas(values: Readonly<Record<string, keyof Kinds>>): Record<string, object> {
  return Object.fromEntries(Object.entries(values).map(([name, kind]) => [name, KINDS[kind]]));
}

function object(properties: Readonly<Record<string, object>>) {
  return { type: 'object', required: Object.keys(properties), properties };
}

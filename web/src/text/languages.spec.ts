import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { hi } from './hi.ts';

interface Schema {
  readonly enum?: readonly (string | null)[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

const { schemas } = (
  JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as { components: { schemas: Readonly<Record<string, Schema>> } }
).components;

/** The values that the API allows in a member of a document. */
const codesOf = (document: string, member: string): string[] =>
  schemas[document]!.properties![member]!.enum!.filter((code) => code !== null);

/** Each name in a catalogue, prefixed with the names of its groups. */
function namesIn(texts: object, prefix = ''): string[] {
  return Object.entries(texts).flatMap(([name, text]: [string, unknown]) =>
    typeof text === 'object' && text !== null ? namesIn(text, `${prefix}${name}.`) : `${prefix}${name}`,
  );
}

function textsIn(texts: object): unknown[] {
  return Object.values(texts).flatMap((text: unknown) =>
    typeof text === 'object' && text !== null ? textsIn(text) : [text],
  );
}

describe.each([
  ['English', en],
  ['Hindi', hi],
])('%s', (_, text) => {
  it('has each text of the other language, and none of them is empty', () => {
    expect(namesIn(text).sort()).toEqual(namesIn(en).sort());
    expect(textsIn(text)).not.toContain('');
  });

  it.each([
    ['PayoutDocument', 'status', text.statuses],
    ['PaymentDocument', 'status', text.statuses],
    ['RefundDocument', 'status', text.statuses],
    ['PayoutDocument', 'waiting_for', text.payoutLists.waits],
    ['PaymentDocument', 'waiting_for', text.payments.waitingFor],
    ['PayoutAnswerDocument', 'kind', text.payoutPage.answerKinds],
    ['PayoutAnswerDocument', 'ending', text.payoutPage.endings],
    ['ProviderAnswerDocument', 'kind', text.payments.answerKinds],
    ['ProviderAnswerDocument', 'ending', text.payments.endings],
    ['AttentionReasonDocument', 'code', text.attention.reasons],
    ['AttentionDocument', 'type', text.attention.types],
  ])('says what the API may say in %s as %s', (document, member, texts) => {
    expect(Object.keys(texts)).toEqual(expect.arrayContaining(codesOf(document, member)));
  });

  it('says what a bank is waited for that has paid', () => {
    const written = readFileSync('src/modules/gateways/gateways.language.ts', 'utf8');
    const codes = [...written.matchAll(/_PENDING = '([a-z_]+)'/g)].map(([, code]) => code);
    expect(codes).toEqual(Object.keys(text.failures.waits));
  });
});

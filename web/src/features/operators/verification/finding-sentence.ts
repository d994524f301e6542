import type { FindingDocument } from '../../../api/generated/types.gen.ts';
import { formatMinor } from '../../../money/foreign.ts';
import { formatMovement, formatRupees } from '../../../money/format.ts';
import { paiseOf } from '../../../money/paise.ts';
import type { Catalogue } from '../../../text/catalogue.ts';
import { eventName } from '../../../text/event-names.ts';
import { type Language, LOCALES } from '../../../text/language.ts';

type Particulars = NonNullable<FindingDocument['particulars']>;
type Value = string | number | readonly string[] | Readonly<Record<string, string>> | null;
/** A sentence for each code of the service, which may use only the values that come with the code. */
type Sentences = {
  readonly [P in Particulars as P['code']]: (values: Readonly<Record<keyof P['values'], string>>) => string;
};

/**
 * @returns null if there are no particulars, or if their code or one of their values is unknown here: a later version's
 */
export function findingSentence(
  particulars: FindingDocument['particulars'],
  text: Catalogue,
  language: Language,
): string | null {
  if (particulars === null) return null;
  const sentences: Sentences = text.particulars.sentences;
  const sentence = sentences[particulars.code] as ((values: Readonly<Record<string, string>>) => string) | undefined;
  if (sentence === undefined) return null;
  const values: Readonly<Record<string, Value>> = particulars.values;
  const read = reader(values['currency'] as string | undefined, text, LOCALES[language]);
  const texts = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, read(name, value)]));
  const { subject, id, status } = texts;
  const isOfOrder = subject !== undefined && id !== undefined && status !== undefined;
  const { values: named, isWhole } = watched(texts);
  const whole = `${isOfOrder ? `${text.particulars.of({ subject, id, status })}: ` : ''}${sentence(named)}`;
  return isWhole() ? whole : null;
}

/** The values, and whether all that were used exist. */
function watched(texts: Readonly<Record<string, string | undefined>>) {
  let whole = true;
  const get = (_: unknown, name: string): string => {
    if (texts[name] === undefined) whole = false;
    return texts[name] ?? '';
  };
  return { values: new Proxy<Readonly<Record<string, string>>>({}, { get }), isWhole: () => whole };
}

/** Formats values by their name; the others are shown unchanged. */
function reader(currency: string | undefined, text: Catalogue, locale: string) {
  const { particulars, ledger, statuses, attention } = text;
  const nameIn = (names: Readonly<Record<string, string>>, name: string): string => names[name] ?? name;
  const listed = (some: readonly string[]): string => (some.length === 0 ? particulars.nothing : some.join(', '));
  const oneOf = (name: string, value: string): string | undefined => {
    if (name.endsWith('_paise')) return formatRupees(paiseOf(value), locale);
    if (name.endsWith('_minor'))
      return currency === undefined ? undefined : formatMinor(paiseOf(value), currency, locale);
    if (name === 'subject') return nameIn(attention.types, value);
    if (name === 'event_type') return eventName(value, text);
    if (name === 'outcome') return nameIn(particulars.outcomes, value);
    if (name === 'account') return nameIn(ledger.accounts, value);
    if (name === 'transaction_kind') return nameIn(ledger.kinds, value);
    return STATUSES.includes(name) ? nameIn(statuses, value) : value;
  };
  const sums = (name: string, amounts: Readonly<Record<string, string>>): string[] =>
    Object.entries(amounts).map(([of, paise]) =>
      name === 'open_paise'
        ? `${nameIn(namesOfOrders(attention), of)} ${formatRupees(paiseOf(paise), locale)}`
        : `${nameIn(ledger.accounts, of)} ${formatMovement(paiseOf(paise), locale)}`,
    );
  const absent = (name: string): string => {
    if (name === 'hash') return particulars.missing;
    return name === 'status' ? '' : particulars.nothing;
  };
  return (name: string, value: Value): string | undefined => {
    if (value === null) return absent(name);
    if (typeof value === 'number') return String(value);
    if (typeof value === 'string') return oneOf(name, value);
    if (isList(value)) return listed(value.map((kind) => nameIn(ledger.kinds, kind)));
    return listed(sums(name, value));
  };
}

const STATUSES: readonly string[] = ['status', 'refund_status', 'from', 'to', 'after', 'ends_as'];

const namesOfOrders = ({ manyOf }: Catalogue['attention']) => ({ payouts: manyOf.payout, refunds: manyOf.refund });

const isList = (value: readonly string[] | Readonly<Record<string, string>>): value is readonly string[] =>
  Array.isArray(value);

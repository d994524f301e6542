import { en } from './en.ts';

/** The same groups and names with any wording: a language with a missing text does not compile. */
type Wording<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...values: infer V) => string
      ? (...values: V) => string
      : Wording<T[K]>;
};

export type Catalogue = Wording<typeof en>;

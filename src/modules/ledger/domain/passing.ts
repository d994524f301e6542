/** Left out: what is away fails. */
export interface Passing {
  readonly missed?: (what: string) => void;
}

/** How all books are searched, for rows that are put together by their `id`. */
export function everywhere({ missed }: Passing) {
  return { by: ['id'], ...(missed === undefined ? { whole: true } : { missed }) };
}

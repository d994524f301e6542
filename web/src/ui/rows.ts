interface Page<Row> {
  readonly results: readonly Row[];
}

interface PageQuery<Row> {
  readonly data: Page<Row> | undefined;
  readonly error: Error | null;
  /** What is known is of another page, or of other filters. */
  readonly isPlaceholderData: boolean;
}

/**
 * The rows of the list that the address names; undefined while they are read. Those of the list before are never shown as
 * these; its page is only kept so that the buttons that lead on stay, with the focus on them.
 */
export function rowsOf<Row>({ data, error, isPlaceholderData }: PageQuery<Row>): readonly Row[] | undefined {
  if (isPlaceholderData) return undefined;
  return data === undefined && error !== null ? [] : data?.results;
}

interface Page<Row> {
  readonly results: readonly Row[];
}

interface PageQuery<Row> {
  readonly data: Page<Row> | undefined;
  readonly error: Error | null;
  /** The known rows are those of another page, or of other filters. */
  readonly isPlaceholderData: boolean;
}

/**
 * The rows of the list that the address names; undefined while they are being read. Rows of the previous list are never
 * shown in their place; the previous page is kept only so that the paging buttons stay and keep the focus.
 */
export function rowsOf<Row>({ data, error, isPlaceholderData }: PageQuery<Row>): readonly Row[] | undefined {
  if (isPlaceholderData) return undefined;
  return data === undefined && error !== null ? [] : data?.results;
}

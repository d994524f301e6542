import type { ReactNode } from 'react';
import type { Column } from './table.tsx';

/** Shows the owner of a row in lists across merchants. */
export type ShowOwner = (merchantId: string) => ReactNode;

/**
 * The columns of a list, with the owner after the first one. The columns named in `spare` are then hidden by default.
 */
export function withOwner<Row extends { readonly merchant_id: string }>(
  columns: readonly Column<Row>[],
  header: string,
  showOwner: ShowOwner | undefined,
  spare: readonly string[] = [],
): readonly Column<Row>[] {
  if (showOwner === undefined) return columns;
  const owner: Column<Row> = {
    id: 'merchant',
    header,
    phone: 'owner',
    cell: ({ merchant_id: id }) => showOwner(id),
  };
  const [first, ...rest] = columns.map((column) => (spare.includes(column.id) ? { ...column, isExtra: true } : column));
  return [first!, owner, ...rest];
}

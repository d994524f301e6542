import type { ReactNode } from 'react';
import type { Column } from './table.tsx';

/** Shows whose something is, where what several merchants have is listed. */
export type ShowOwner = (merchantId: string) => ReactNode;

/** The columns of a list, with whose each row is behind the first one. What is marked as spare is hidden then, until it is asked for. */
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

import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Slice } from '../../shared/slice.js';

/** A slice of a list of rows, called `p` in the query. */
export function sliced<Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
  { take, order, offset, after, before }: Slice,
): SelectQueryBuilder<Row> {
  query.orderBy('p.id', order).limit(take).offset(offset);
  where(query, 'p.id < :after', { after });
  where(query, 'p.id > :before', { before });
  return query;
}

/** Adds the condition if its one parameter is given. */
export function where<Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
  condition: string,
  parameter: Readonly<Record<string, unknown>>,
): void {
  if (Object.values(parameter)[0] !== null) query.andWhere(condition, parameter);
}

import type { Slice } from '../../../shared/slice.js';
import { type SqlTemplate, textBehind } from '../statements/sql-template.js';

/** If the tables are distributed, a list with the merchant becomes the statement's value at this place: see `bound`. */
export interface OneMerchant {
  readonly merchantId: string;
  readonly boundAt: number;
}

interface SpreadOver {
  readonly table: string;
  readonly template: SqlTemplate;
}

/** A page of all merchants' rows. `takeAt` is the place of the value for `take`; that for `offset` follows. */
export interface SpreadPage extends SpreadOver {
  readonly columns: string;
  readonly order: Slice['order'];
  readonly take: number;
  readonly offset: number;
  readonly takeAt: number;
}

/** A count of all merchants' rows, up to a limit. */
export interface SpreadCount extends SpreadOver {
  readonly upTo: number;
}

/** A statement that reads a page. */
export interface ListStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** The merchant whose rows it reads; left out or null: all merchants. */
  readonly of?: OneMerchant | null;
  /** How the result is put together from several nodes; left out: it reads rows of one node. */
  readonly spread?: SpreadPage | SpreadCount;
  /** The caller against whose limit it counts: as in {@link Slice}. */
  readonly askedBy: string;
  /** A sentence for callers whose page could not be read in time: how to make it smaller. */
  readonly narrowerBy: string;
}

export interface CountStatement extends ListStatement {
  readonly spread: SpreadCount;
}

/**
 * All of these counts in one statement, so that all see the same state of a row that changes meanwhile. Each row of the
 * result also has the place of its count.
 */
export function together(counts: readonly [CountStatement, ...CountStatement[]]): ListStatement {
  const { askedBy, narrowerBy } = counts[0];
  const values: unknown[] = [];
  const texts = counts.map(({ spread, values: own }, place) => {
    const text = textBehind(values.length, spread.template);
    values.push(...own);
    return `SELECT ${place} AS place, c${place}.* FROM (${text}) c${place}`;
  });
  return { text: texts.join(' UNION ALL '), values, askedBy, narrowerBy };
}

/** For distributed tables: binds the statement to the node of the merchant's book. */
export function onItsNode<Statement extends ListStatement>(statement: Statement): Statement {
  const { values, of } = statement;
  return of ? { ...statement, values: values.with(of.boundAt, [of.merchantId]) } : statement;
}

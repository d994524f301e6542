import type { Slice } from '../../../shared/slice.js';
import { type SqlTemplate, textBehind } from '../statements/sql-template.js';

/** Where the tables are distributed, the statement's value at this place is the merchant, in a list: see `bound`. */
export interface OneMerchant {
  readonly merchantId: string;
  readonly boundAt: number;
}

interface SpreadOver {
  readonly table: string;
  readonly template: SqlTemplate;
}

/** Of all merchants' rows: a page, with the places of its two values. */
export interface SpreadPage extends SpreadOver {
  readonly columns: string;
  readonly order: Slice['order'];
  readonly take: number;
  readonly offset: number;
  readonly takeAt: number;
}

/** Of all merchants' rows: how many there are, and no more than are counted. */
export interface SpreadCount extends SpreadOver {
  readonly upTo: number;
}

/** A statement that reads a page. */
export interface ListStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Whose rows it reads; left out or null: all merchants'. */
  readonly of?: OneMerchant | null;
  /** How it is put together from several nodes; left out: it reads what lies on one. */
  readonly spread?: SpreadPage | SpreadCount;
  /** Whose turn it takes: as in {@link Slice}. */
  readonly askedBy: string;
  /** For who asked for a page that the server could not read in time: what would make it shorter, in a sentence. */
  readonly narrowerBy: string;
}

export interface CountStatement extends ListStatement {
  readonly spread: SpreadCount;
}

/**
 * All of these counts by one statement: of a row that changes meanwhile each sees the same. Each row has the place of its
 * statement, too.
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

/** On the node of the merchant's book, where the tables are distributed. */
export function onItsNode<Statement extends ListStatement>(statement: Statement): Statement {
  const { values, of } = statement;
  return of ? { ...statement, values: values.with(of.boundAt, [of.merchantId]) } : statement;
}

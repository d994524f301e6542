/** The write path: every change of a merchant’s rows goes through `Books.write`. */
export { AdminBooks } from './admin-books.js';
export type { BookTableStore, LoadedRow, StagedRow, Statement } from './book-table-store.js';
export { bound, type BoundTo } from '../database/statements/bound.js';
export { insertion } from './insertion.js';
export { Book } from './book.js';
export { Books } from './books.js';
export { BOOKS_COMMITTED, type BooksCommitted } from './commit-events.js';
export { changing, type Columns, fixed, group, groupOrNull } from './columns.js';
export { GroupCommitModule } from './group-commit.module.js';
export { GroupCommitSettings } from './group-commit.settings.js';
export { Overloaded } from './overloaded.js';
export { AppendedRowStore, ReferenceStore, RowStore } from './row-stores.js';
export { Rows, type StoredRow } from './rows.js';

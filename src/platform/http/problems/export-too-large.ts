import { DomainError } from '../../../shared/domain-error.js';
import type { Problem } from '../../../shared/problem.js';

/** For more rows a program should read pages; spreadsheets do not take many more. */
export const MAX_EXPORTED = 100_000;

export class ExportTooLarge extends DomainError {
  static override readonly problem: Problem = {
    code: 'export_too_large',
    status: 422,
    title: 'Too many rows for one file',
    meaning: `A file has at most ${MAX_EXPORTED} rows, and the filters match more.`,
    remedy: 'Export shorter periods, one file for each.',
    members: { max_rows: { type: 'integer', description: 'How many rows a file may have.', example: MAX_EXPORTED } },
  };

  constructor() {
    super(`The filters match more than ${MAX_EXPORTED} rows.`, { max_rows: MAX_EXPORTED });
  }
}

import { ProblemError } from '../api/problem.ts';

/**
 * What a refusal says about each field, by its pointer (`#/ifsc`).
 * @param codes refusals that are about one field as a whole: `{ duplicate_reference: 'reference_id' }`
 * @param titles of the catalogue: such a refusal in the reader's words; the service's own name its fields
 */
export function refusalsOf(
  error: Error | null,
  codes: Readonly<Record<string, string>> = {},
  titles: Readonly<Record<string, string>> = {},
): Record<string, string> {
  if (!(error instanceof ProblemError)) return {};
  const byCode = codes[error.code];
  const own = byCode === undefined ? [] : [[byCode, titles[error.code] ?? error.detail] as const];
  const byField = error.errors.map(({ pointer, detail }) => [pointer.replace(/^#\//, ''), detail] as const);
  return Object.fromEntries([...own, ...byField]);
}

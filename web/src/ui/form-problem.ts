import { ProblemError } from '../api/problem.ts';
import type { Catalogue } from '../text/catalogue.ts';

/**
 * What a refusal says about each field, by its pointer (`#/ifsc`), translated where the text is known.
 * @param codes refusals that concern one whole field: `{ duplicate_reference: 'reference_id' }`
 */
export function refusalsOf(
  error: Error | null,
  texts: Catalogue['problems'],
  codes: Readonly<Record<string, string>> = {},
): Record<string, string> {
  if (!(error instanceof ProblemError)) return {};
  const titles: Readonly<Record<string, string | undefined>> = texts.titles;
  const { code, detail, errors } = error;
  const byCode = codes[code];
  const own = byCode === undefined ? [] : [[byCode, titles[code] ?? texts.detail(code, detail)] as const];
  const byField = errors.map(
    ({ pointer, detail: wrong }) => [pointer.replace(/^#\//, ''), texts.fieldDetail(wrong)] as const,
  );
  return Object.fromEntries([...own, ...byField]);
}

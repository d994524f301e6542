import { problems } from './en/problems.ts';
import { shell } from './en/shell.ts';
import { statuses } from './en/statuses.ts';

/** Every English string. One file a subject; Hindi has the same ones. Loaded with the page. */
export const en = { shell, problems, statuses };

import type { Catalogue } from './catalogue.ts';
import { problems } from './hi/problems.ts';
import { shell } from './hi/shell.ts';
import { statuses } from './hi/statuses.ts';

/** Every Hindi string. Loaded when it is chosen. */
export const hi: Catalogue = { shell, problems, statuses };

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A built source tree of the service. */
export interface Tree {
  /** Its name in the tables. */
  readonly name: string;
  readonly folder: string;
}

export const THIS_TREE: Tree = { name: 'this one', folder: fileURLToPath(new URL('../..', import.meta.url)) };

/** @param source such as `src/main/api.ts`; @returns the file that it was built into */
export function builtFrom({ folder }: Tree, source: string): string {
  return join(folder, 'dist', source.replace(/\.ts$/, '.js'));
}

/** A program of the service as it is started in production; older trees have no bundles. */
export function programOf(tree: Tree, name: 'api' | 'worker'): string {
  const bundled = join(tree.folder, 'dist/bundle', `${name}.js`);
  return existsSync(bundled) ? bundled : builtFrom(tree, `src/main/${name}.ts`);
}

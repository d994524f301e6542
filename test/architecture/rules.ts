import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One rule that one line breaks; `to` is the import's specifier, or null if the rule is about the file itself. */
export interface Breach {
  readonly file: string;
  readonly rule: string;
  readonly to: string | null;
}

interface Cruise {
  readonly modules: {
    readonly source: string;
    readonly rules?: { readonly name: string }[];
    readonly dependencies: { readonly module: string; readonly rules?: { readonly name: string }[] }[];
  }[];
  readonly summary: { readonly ruleSetUsed: { readonly forbidden: { readonly name: string }[] } };
}

const ROOT = process.cwd();

/** All files below a folder, as sorted paths relative to it. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Runs the same program as `make check`, with the same rules, as if `root` were the repository. */
export function cruise(root: string, ...folders: string[]): Cruise {
  return JSON.parse(
    run(
      'depcruise',
      ['--config', path.join(ROOT, '.dependency-cruiser.cjs'), '--output-type', 'json', ...folders],
      root,
    ),
  ) as Cruise;
}

export function breachesIn({ modules }: Cruise): Breach[] {
  return sorted(
    modules.flatMap(({ source, rules = [], dependencies }) => [
      ...rules.map(({ name }) => ({ file: source, rule: name, to: null })),
      ...dependencies.flatMap((dependency) =>
        (dependency.rules ?? []).map(({ name }) => ({ file: source, rule: name, to: dependency.module })),
      ),
    ]),
  );
}

/** The breaches that the fixtures declare: `// breaks rule, rule` at the end of a line. */
export function breachesMarkedIn(root: string): Breach[] {
  return sorted(
    filesBelow(root).flatMap((file) =>
      readFileSync(path.join(root, file), 'utf8')
        .split('\n')
        .flatMap((line) => {
          const [code = '', rules] = line.split('// breaks ');
          // Node's own modules are reported by their bare names.
          const to = /'(?:node:)?(.+)'/.exec(code)?.[1] ?? null;
          return (rules?.split(', ') ?? []).map((rule) => ({ file, rule, to }));
        }),
    ),
  );
}

/** Runs ESLint with Bahi's configuration, as if `root` were the repository. Returns `line: rule`, by file. */
export function complaintsIn(root: string): Record<string, string[]> {
  const results = JSON.parse(
    run('eslint', ['--config', path.join(ROOT, 'eslint.config.js'), '--format', 'json', '.'], root),
  ) as { filePath: string; messages: { line: number; ruleId: string | null; message: string }[] }[];
  return Object.fromEntries(
    results.map(({ filePath, messages }) => [
      path.relative(path.resolve(root), filePath),
      messages.map(({ line, ruleId, message }) => `${line}: ${ruleId ?? message}`),
    ]),
  );
}

/** `// expect rule` is on the line above the one that breaks the rule. */
export function complaintsExpectedIn(root: string): Record<string, string[]> {
  return Object.fromEntries(
    filesBelow(root)
      .filter((file) => file.endsWith('.ts'))
      .map((file) => [
        file,
        readFileSync(path.join(root, file), 'utf8')
          .split('\n')
          .flatMap((line, index) => {
            const rule = /\/\/ expect (.+)$/.exec(line)?.[1];
            return rule === undefined ? [] : [`${index + 2}: ${rule}`];
          }),
      ]),
  );
}

/** Both programs exit with a code other than 0 when they find something, which is expected here. */
function run(program: string, args: string[], cwd: string): string {
  const bin = path.join(ROOT, 'node_modules/.bin', program);
  try {
    return execFileSync(bin, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    if (stdout?.startsWith('{') || stdout?.startsWith('[')) return stdout;
    throw new Error(`${program} could not run in ${cwd}: ${stderr || String(error)}`, { cause: error });
  }
}

function sorted(breaches: Breach[]): Breach[] {
  const text = ({ file, rule, to }: Breach) => `${file} ${to ?? ''} ${rule}`;
  return breaches.sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

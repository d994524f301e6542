// Generates web/src/api/generated, the dashboard's client and its types, from docs/openapi.json. `--check` compares and
// writes nothing.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@hey-api/openapi-ts';

const TARGET = 'web/src/api/generated';

async function generate(path) {
  const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8'));
  await createClient({
    input: document,
    output: { path, clean: true, entryFile: false },
    logs: { level: 'silent', file: false },
    // An operation returns its answer or throws: anything that is not an answer is an error, never data.
    plugins: [
      { name: '@hey-api/client-fetch', throwOnError: true },
      '@hey-api/typescript',
      { name: '@hey-api/sdk', responseStyle: 'data' },
    ],
  });
  writeFileSync(join(path, 'remembered.gen.ts'), rememberedOf(document));
}

/** Extensions of schemas do not appear in the types, so these codes are written separately. */
function rememberedOf({ components }) {
  const marked = Object.values(components.schemas).filter((schema) => schema['x-remembered'] === true);
  const codes = marked.flatMap(({ properties }) => properties.code.enum).sort();
  return `// This file is auto-generated from docs/openapi.json

/** The refusals that an Idempotency-Key remembers and replays. */
export const REMEMBERED_CODES: readonly string[] = [${codes.map((code) => `\n  '${code}',`).join('')}\n];
`;
}

/** The files below a folder, each with its text. */
const contentsOf = (folder) => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return JSON.stringify(paths.map((path) => [path.slice(folder.length), readFileSync(path, 'utf8')]));
};

if (!process.argv.includes('--check')) await generate(TARGET);
else {
  const fresh = mkdtempSync(join(tmpdir(), 'bahi-client-'));
  await generate(fresh);
  if (contentsOf(fresh) !== contentsOf(TARGET)) {
    process.stderr.write(`${TARGET} is older than docs/openapi.json: run make fix and commit it.\n`);
    process.exitCode = 1;
  }
  rmSync(fresh, { recursive: true });
}

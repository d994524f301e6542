import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { assert } from '../shared/assert.js';
import { DatabaseSettings } from '../platform/database/database.public.js';
import { createHttpApp, openApiDocument } from '../platform/http/http.public.js';
import { paymentDiagram } from '../modules/payments/payments.public.js';
import { stateDiagram } from '../modules/payouts/payouts.public.js';
import { BahiModule } from './modules.js';
import { schemaDocument } from './schema-document.js';
import { configFrom } from './settings.js';
import { environmentExample, settingsTables } from './settings-documents.js';

/** Committed files that are generated from the code. `--check` writes nothing and fails when a file is out of date. */
const GENERATED: Readonly<Record<string, () => Promise<string> | string>> = {
  '.env.example': environmentExample,
  'docs/configuration.md': () => withBlock('docs/configuration.md', 'settings', settingsTables()),
  'docs/openapi.json': openApi,
  'docs/schema.sql': schemaDocument,
  'docs/state-machine.md': () => `${stateDiagram()}\n${paymentDiagram()}`,
};

async function openApi(): Promise<string> {
  const config = configFrom({}).with(DatabaseSettings, {
    url: 'postgres://nowhere',
    migrationUrl: 'postgres://nowhere',
  });
  const app = await createHttpApp(BahiModule.forRoot(config, { worker: false }), { preview: true, logger: false });
  return `${JSON.stringify(await openApiDocument(app), null, 2)}\n`;
}

/** The file, with the text between `<!-- <name>:begin -->` and `<!-- <name>:end -->` replaced. */
function withBlock(file: string, name: string, block: string): string {
  const begin = `<!-- ${name}:begin -->`;
  const end = `<!-- ${name}:end -->`;
  const [before, rest = ''] = readFileSync(file, 'utf8').split(begin);
  const [old, after] = rest.split(end);
  assert(old !== undefined && after !== undefined, `${file} has one block ${name}`);
  return `${before}${begin}\n\n${block}\n${end}${after}`;
}

const check = process.argv.includes('--check');
let stale = 0;
for (const [file, make] of Object.entries(GENERATED)) {
  const text = await make();
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  if (check) process.stderr.write(`${file} is out of date: run make fix and commit it.\n`);
  else writeFileSync(file, text);
  stale++;
}
// The dashboard's client is generated from docs/openapi.json, so it comes last.
const client = spawnSync(process.execPath, ['scripts/generate-client.js', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit((check && stale > 0) || client.status !== 0 ? 1 : 0);

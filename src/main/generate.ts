import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Config } from '../platform/config/config.public.js';
import { createHttpApp, openApiDocument } from '../platform/http/http.public.js';
import { paymentDiagram } from '../modules/payments/payments.public.js';
import { stateDiagram } from '../modules/payouts/payouts.public.js';
import { BahiModule } from './modules.js';
import { schemaDocument } from './schema-document.js';

/** What is committed and yet follows from the code. `--check` writes nothing and fails when a file is out of date. */
const GENERATED: Readonly<Record<string, () => Promise<string> | string>> = {
  'docs/openapi.json': openApi,
  'docs/schema.sql': schemaDocument,
  'docs/state-machine.md': () => `${stateDiagram()}\n${paymentDiagram()}`,
};

async function openApi(): Promise<string> {
  const config = Config.fromEnvironment({}).withDatabase('postgres://nowhere', 'postgres://nowhere');
  const app = await createHttpApp(BahiModule.forRoot(config, { worker: false }), { preview: true, logger: false });
  return `${JSON.stringify(openApiDocument(app), null, 2)}\n`;
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
process.exit(check && stale > 0 ? 1 : 0);

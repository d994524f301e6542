// Checks docs/openapi.json against the recommended rules of Redocly and those of Spectral for OpenAPI. Warnings fail
// too.
import { readFileSync } from 'node:fs';
import { createConfig, lint } from '@redocly/openapi-core';
import spectral from '@stoplight/spectral-core';
import parsers from '@stoplight/spectral-parsers';
import rulesets from '@stoplight/spectral-rulesets';

const FILE = 'docs/openapi.json';

async function byRedocly() {
  const problems = await lint({ ref: FILE, config: await createConfig({ extends: ['recommended'] }) });
  return problems.map(
    ({ ruleId, message, location }) => `${location[0]?.pointer ?? ''}: ${message} (redocly ${ruleId})`,
  );
}

async function bySpectral() {
  const linter = new spectral.Spectral();
  linter.setRuleset({ extends: [rulesets.oas] });
  const problems = await linter.run(new spectral.Document(readFileSync(FILE, 'utf8'), parsers.Json, FILE));
  return problems.map(({ code, message, path }) => `#/${path.join('/')}: ${message} (spectral ${code})`);
}

const found = [...(await byRedocly()), ...(await bySpectral())];
for (const line of found) console.log(line);
process.exitCode = found.length === 0 ? 0 : 1;

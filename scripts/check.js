// `make check` and `make fix`: every check that needs no running service, as many at a time as there are cores.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const bin = (name, ...args) => [`node_modules/.bin/${name}`, ...args];

/** Programs that write what is generated from the code (OpenAPI, diagrams, schema), or with --check compare it. */
const generators = ['src/main/generate.ts'];
const generate = (...args) =>
  generators
    .filter((source) => existsSync(source))
    .map((source) => ['node', `dist/${source.replace(/\.ts$/, '.js')}`, ...args]);

const prettier = ['--cache', '--log-level=warn', '.'];

/** The longest first, so that the short ones fill the gaps. */
const checks = [
  { name: 'lint', run: bin('eslint', '--max-warnings=0', '.'), mend: '`make fix` mends a part of it.' },
  {
    name: 'types',
    run: bin(
      'tsc',
      '--noEmit',
      '--pretty',
      'false',
      '--incremental',
      '--tsBuildInfoFile',
      'node_modules/.cache/tsc.tsbuildinfo',
    ),
    mend: 'Only a person can mend it.',
  },
  { name: 'format', run: bin('prettier', '--check', ...prettier), mend: '`make fix` mends it.' },
  {
    name: 'architecture',
    run: bin('depcruise', '--output-type=err-long', 'src', 'migrations'),
    mend: 'The rules and their reasons: .dependency-cruiser.cjs, docs/architecture.md.',
  },
  {
    name: 'types of the dashboard',
    run: bin(
      'tsc',
      '-p',
      'web',
      '--pretty',
      'false',
      '--incremental',
      '--tsBuildInfoFile',
      'node_modules/.cache/web.tsbuildinfo',
    ),
    mend: 'Only a person can mend it.',
  },
  {
    name: 'types of the tests in a browser',
    run: bin(
      'tsc',
      '-p',
      'web/test',
      '--noEmit',
      '--pretty',
      'false',
      '--incremental',
      '--tsBuildInfoFile',
      'node_modules/.cache/web-test.tsbuildinfo',
    ),
    mend: 'Only a person can mend it.',
  },
  {
    name: 'architecture of the dashboard',
    run: bin('depcruise', '--config', 'web/.dependency-cruiser.cjs', '--output-type=err-long', 'web/src'),
    mend: 'The rules and their reasons: web/.dependency-cruiser.cjs, web/README.md.',
  },
  {
    name: 'size of the dashboard',
    run: ['node', 'scripts/check-bundle.js'],
    mend: 'What a page alone needs is loaded with it.',
  },
  {
    name: 'documents',
    run: ['node', 'scripts/check-documents.js'],
    mend: 'Lines of 160 characters, links and paths that exist, ADRs as in docs/adr/0000-template.md.',
  },
  {
    name: 'API document',
    run: ['node', 'scripts/check-api-document.js'],
    mend: 'docs/openapi.json is written from decorators: see src/platform/http/documentation/openapi.ts.',
  },
  ...generate('--check').map((run) => ({ name: 'generated files', run, mend: '`make fix` writes them anew.' })),
];

const fixes = [
  { name: 'lint', run: bin('eslint', '--fix', '.'), mend: 'The rest needs a person.' },
  { name: 'format', run: bin('prettier', '--write', ...prettier), mend: 'A file that cannot be parsed.' },
  ...generate().map((run) => ({ name: 'generated files', run, mend: 'The generator failed.' })),
];

/** Runs one step and keeps its output, so that the outputs of concurrent steps do not mix. */
function run({ name, run: [command, ...args], mend }) {
  const start = Date.now();
  return new Promise((resolve) => {
    const output = [];
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    child.stdout.on('data', (text) => output.push(text));
    child.stderr.on('data', (text) => output.push(text));
    child.on('error', (error) => output.push(Buffer.from(`${error.message}\n`)));
    child.on('close', (code) => {
      const seconds = ((Date.now() - start) / 1000).toFixed(1).padStart(5);
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${seconds} s  ${name}`);
      resolve({ name, mend, failed: code !== 0, output: Buffer.concat(output).toString().trimEnd() });
    });
  });
}

async function runAll(steps, atATime) {
  const waiting = [...steps];
  const ended = [];
  const worker = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) ended.push(await run(step));
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return ended;
}

const fixing = process.argv.includes('--fix');
for (const source of generators.filter((file) => !existsSync(file)))
  console.log(`skipped        generated files: no ${source}`);
// What one fix writes is the input of the next one.
const failed = (await runAll(fixing ? fixes : checks, fixing ? 1 : availableParallelism())).filter(
  (step) => step.failed,
);
for (const { name, output, mend } of failed) console.log(`\n--- ${name}\n${output}\n${mend}`);
if (failed.length > 0)
  console.log(`\nmake ${fixing ? 'fix' : 'check'} failed: ${failed.map(({ name }) => name).join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;

// `npm ci` for the Makefile, with a line every few seconds: npm itself prints nothing until it is done.
// node scripts/install-packages.js [milliseconds between two lines]
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';

const everyMs = Number(process.argv[2] ?? 5_000);
const began = performance.now();

/** The number of top-level packages that this machine gets. */
function wanted() {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const isAtTop = (path) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path);
  const isFor = (list, here) => list === undefined || list.includes(here);
  return Object.entries(packages).filter(
    ([path, { os, cpu }]) => isAtTop(path) && isFor(os, process.platform) && isFor(cpu, process.arch),
  ).length;
}

const namesIn = (folder) => {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch {
    // It does not exist yet.
    return [];
  }
};

/** npm first creates all folders, and then unpacks into them. */
const there = () =>
  namesIn('node_modules')
    .flatMap((name) =>
      name.startsWith('@') ? namesIn(`node_modules/${name}`).map((part) => `${name}/${part}`) : [name],
    )
    .filter((name) => existsSync(`node_modules/${name}/package.json`)).length;

/**
 * Deletes the source maps of packages, whose sources nobody reads. Under --enable-source-maps Node keeps the map of all
 * code that it runs in memory: 9 MB in each process. Dockerfile does the same.
 */
function deleteSourceMaps() {
  const files = existsSync('node_modules') ? readdirSync('node_modules', { recursive: true }) : [];
  for (const file of files) if (/\.[cm]?[jt]s\.map$/.test(file)) rmSync(`node_modules/${file}`);
}

const total = wanted();
const say = (line) => process.stderr.write(`${line}\n`);
say(`Installing about ${total} packages ...`);
// The development packages build the service, so they are installed under NODE_ENV=production too. Only errors are
// shown: a few indirect dependencies require Node 22 by policy (they are ES modules, and 20.19 can require those).
const args = ['ci', '--include=dev', '--prefer-offline', '--loglevel=error'];
const npm = spawn('npm', args, { stdio: ['ignore', 'inherit', 'inherit'] });
const timer = setInterval(
  () => say(`  ${there()} of about ${total} packages after ${Math.round((performance.now() - began) / 1000)} s`),
  everyMs,
);
npm.on('error', (error) => {
  say(
    error.code === 'ENOENT' ? 'There is no npm in the PATH. It comes with Node.js: https://nodejs.org' : String(error),
  );
  process.exit(1);
});
npm.on('exit', (code) => {
  clearInterval(timer);
  if (code === 0) deleteSourceMaps();
  process.exit(code ?? 1);
});

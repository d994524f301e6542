// `make release`: writes the list of the service's components (make sbom), and tags the commit. If the commit lacks
// something that a release must have, it prints one line that says so and does nothing.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { FILES, IMAGE } from './images.mjs';

const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const tag = `v${version}`;

/** Why there can be no release, or null. */
function refusal() {
  if (git('status', '--porcelain') !== '') return 'There are changes that were not committed.';
  if (git('tag', '--list', tag) !== '') return `The tag ${tag} already exists. A tag is never moved.`;
  const headings = readFileSync('CHANGELOG.md', 'utf8').match(/^## .*/gm) ?? [];
  if (!headings.some((heading) => heading.startsWith(`## ${version} `) && /\d{4}-\d\d-\d\d$/.test(heading)))
    return `CHANGELOG.md has no heading with ${version} and its date.`;
  const images = FILES.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(IMAGE)]);
  const unpinned = new Set(images.filter(({ groups }) => !groups.digest).map(({ groups }) => groups.name));
  if (unpinned.size === 0) return null;
  return `Images without a digest: ${[...unpinned].join(', ')}. Run make pin where docker reaches the registry.`;
}

const reason = refusal();
if (reason === null) {
  execFileSync(process.execPath, ['scripts/sbom.js'], { stdio: 'inherit' });
  git('tag', '--annotate', tag, '--message', `Bahi ${version}`);
  process.stdout.write(
    `${tag} is tagged. To publish it: git push origin ${tag}. Attach the list of components to the release.\n`,
  );
} else {
  process.stderr.write(`No release. ${reason}\n`);
  process.exitCode = 1;
}

// release/bahi-<version>.cdx.json: the service's components, as CycloneDX, to find out whether a vulnerability affects
// it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
const args = ['sbom', '--omit=dev', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
const document = JSON.parse(execFileSync('npm', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }));
// npm uses the folder's name.
document.metadata.component.name = name;
const file = `release/${name}-${version}.cdx.json`;
mkdirSync('release', { recursive: true });
writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
process.stdout.write(`${file}: ${document.components.length} packages\n`);

// Writes the digest of each image into the Dockerfile and docker-compose.yml: a tag may be moved, a digest cannot. Part
// of each release. Needs a docker that can reach the registry: `docker buildx imagetools inspect` queries it without
// pulling an image.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { FILES, IMAGE } from './images.mjs';

const digests = new Map();

function digestOf(name) {
  if (!digests.has(name)) {
    const args = ['buildx', 'imagetools', 'inspect', name, '--format', '{{.Manifest.Digest}}'];
    const digest = execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new Error(`docker says of ${name}: ${digest}`);
    digests.set(name, digest);
  }
  return digests.get(name);
}

try {
  const files = FILES.map((file) => [file, readFileSync(file, 'utf8')]);
  const pinned = files.map(([file, text]) => [
    file,
    text.replace(IMAGE, (_, image, name) => `${image}@${digestOf(name)}`),
  ]);
  for (const [file, text] of pinned) writeFileSync(file, text);
  for (const [name, digest] of digests) process.stdout.write(`${name}@${digest}\n`);
} catch (error) {
  process.stderr.write(`The images were not pinned, and no file was changed: ${error.message.split('\n')[0]}\n`);
  process.exitCode = 1;
}

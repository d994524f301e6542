import { readFileSync } from 'node:fs';

const FOLDERS = ['http', 'jobs', 'application', 'domain', 'infrastructure'];

/** Folders of src/shared; what is in neither is for all modules: money, ids, errors. */
const FOLDERS_OF_THE_KERNEL = ['submissions', 'audit'];

/** Areas of the platform with many files have folders behind their face. */
const FOLDERS_OF_AREAS = JSON.parse(
  readFileSync(new URL('platform-folders.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, readonly string[]>>;

/** Names that say nothing, so that anything ends up under them. */
const NAMELESS = /^(index|utils?|common|helpers?|misc|shared|types|constants)$/;

/** Why a file may not be where it is, or null. The path is relative to src. */
export function whyMisplaced(file: string): string | null {
  const folders = file.split('/');
  const name = folders.pop()!;
  const stem = name
    .replace(/(\.spec)?\.ts$/, '')
    .replace(/\.(public|language|settings|module|controller|processor)$/, '');
  if (folders[0] === undefined || !['main', 'shared', 'platform', 'modules'].includes(folders[0]))
    return 'src has four folders: main, shared, platform, modules';
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(stem)) return 'a file’s name is kebab-case.ts, and the folder names the layer';
  if ([...folders.slice(1), ...stem.split('-')].some((word) => NAMELESS.test(word)))
    return 'a name says what is inside';
  if (folders[0] === 'platform') return whyMisplacedInPlatform(folders.slice(1), name);
  if (folders[0] === 'shared')
    return folders.length === 1 || FOLDERS_OF_THE_KERNEL.includes(folders.slice(1).join('/'))
      ? null
      : `the kernel has the folders ${FOLDERS_OF_THE_KERNEL.join(', ')}`;
  if (folders[0] !== 'modules') return null;

  const [, module, folder, ...deeper] = folders;
  if (module === undefined) return 'src/modules holds modules only';
  if (folder === undefined)
    return new RegExp(`^${module}\\.(public|language|settings|module(\\.spec)?)\\.ts$`).test(name)
      ? null
      : 'a module shows one public face, its language, its settings and one wiring';
  if (!FOLDERS.includes(folder)) return `a module has the folders ${FOLDERS.join(', ')}`;
  return deeper.length > 0 ? 'a folder of a module has no folders' : null;
}

function whyMisplacedInPlatform([area, folder, ...deeper]: string[], name: string): string | null {
  if (area === undefined) return 'the platform consists of areas, each with a face';
  const known = FOLDERS_OF_AREAS[area];
  if (known === undefined) return folder === undefined ? null : 'a small area has no folders';
  if (folder === undefined)
    return name.endsWith('.module.ts') || [`${area}.public.ts`, `${area}.settings.ts`].includes(name)
      ? null
      : 'an area with folders shows its face, its settings and its wiring; the rest is in the folders';
  if (!known.includes(folder)) return `${area} has the folders ${known.join(', ')}`;
  return deeper.length > 0 ? 'a folder of an area has no folders' : null;
}

const FOLDERS = ['http', 'jobs', 'application', 'domain', 'infrastructure'];

/** Names that say nothing, and so collect everything. */
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
  if (folders[0] === 'platform' && folders.length === 1) return 'the platform consists of areas, each with a face';
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

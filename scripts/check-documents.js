// Part of `make check`: checks of the documents that need no reader. Prettier does not wrap prose.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';

const LONGEST_LINE = 160;
const README_LINES = 150;
const ADR_LINES = 40;
const ADR_HEADINGS = ['Status', 'Context', 'Decision', 'Rejected', 'Consequences'];
const ADR_STATUS = /^(Proposed|Accepted|Rejected|Superseded by \[ADR \d+\]\(\S+\)), \d{4}-\d\d-\d\d\.$/;
const ADR_FILE = /^docs\/adr\/(\d{4})-[a-z0-9-]+\.md$/;
const NOT_OURS = /^(node_modules|dist|coverage|\..*)$/;

/** Every Markdown file of the repository, by its path. */
function markdownFiles(folder = '.') {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.test(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return markdownFiles(path);
    return path.endsWith('.md') ? [path] : [];
  });
}

const withoutCode = (text) => text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').replaceAll(/`[^`\n]*`/g, '');
const headingsOf = (text) =>
  [...text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);

/** The anchor that GitHub makes of a heading. */
const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

function complaintsAboutLength(path, text) {
  const lines = text.split('\n');
  const long = lines.flatMap((line, index) =>
    [...line].length > LONGEST_LINE ? [`${path}:${index + 1}: a line of ${[...line].length} characters`] : [],
  );
  if (path === 'README.md' && lines.length - 1 > README_LINES)
    long.push(`${path}: ${lines.length - 1} lines, ${README_LINES} are allowed: move something to docs/`);
  return long;
}

function complaintsAboutLinks(path, text, read) {
  return [...withoutCode(text).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].flatMap(
    ([, target, anchor]) => {
      const file = target === '' ? path : normalize(join(dirname(path), target));
      const found = read(file);
      if (found === null) return [`${path}: a link to ${target}, which does not exist`];
      const hasAnchor = anchor === undefined || headingsOf(found).some((heading) => anchorOf(heading) === anchor);
      return hasAnchor ? [] : [`${path}: a link to ${target}#${anchor}, and there is no such heading`];
    },
  );
}

function complaintsAboutAdr(path, text) {
  const [, number] = ADR_FILE.exec(path);
  const lines = text.trimEnd().split('\n');
  const headings = headingsOf(text).slice(1);
  const status = text.split(/^## Status\n+/m)[1]?.split('\n')[0] ?? '';
  return [
    lines.length > ADR_LINES && `${path}: ${lines.length} lines, ${ADR_LINES} are allowed`,
    !lines[0].startsWith(`# ${Number(number)}. `) && `${path}: the title must begin with "# ${Number(number)}. "`,
    headings.join() !== ADR_HEADINGS.join() && `${path}: the headings must be ${ADR_HEADINGS.join(', ')}`,
    number !== '0000' && !ADR_STATUS.test(status) && `${path}: "${status}" is no status as in 0000-template.md`,
  ].filter(Boolean);
}

function complaintsAboutNumbers(paths) {
  const numbers = paths.flatMap((path) => (ADR_FILE.test(path) ? [Number(ADR_FILE.exec(path)[1])] : []));
  return numbers
    .sort((a, b) => a - b)
    .flatMap((number, index) => (number === index ? [] : [`docs/adr: ${number} where ${index} should be`]));
}

/** Documents for developers: every path that they name must exist. */
const NAME_PATHS = new Set(['docs/architecture.md', 'docs/development.md', 'docs/adding-a-gateway.md']);
/** Folders that such a path may be relative to. */
const BASES = ['', 'src/', 'src/modules/', 'src/platform/'];
const PATH = /^[\w.-]+(\/[\w.-]+)+\/?$|^[\w-]+\.(ts|js|json|md|yml|cjs)$/;

/** The files and folders that a page names in code spans. Placeholders (`<m>.public.ts`, `*.spec.ts`) are ignored. */
function complaintsAboutPaths(path, text, read) {
  return [...text.matchAll(/`([^`\n]+)`/g)]
    .map(([, span]) => span)
    .filter((span) => PATH.test(span) && !BASES.some((base) => read(`${base}${span}`) !== null))
    .map((span) => `${path}: names ${span}, which does not exist`);
}

/** Looks at command lines and code spans: `make test`, not "make sure". */
function complaintsAboutTargets(path, text, read) {
  const targets = new Set([...(read('Makefile') ?? '').matchAll(/^([a-z-]+):/gm)].map(([, target]) => target));
  return [...text.matchAll(/(?:^|`)make ([a-z]+(?:-[a-z]+)*)/gm)].flatMap(([, target]) =>
    targets.has(target) ? [] : [`${path}: make has no target ${target}`],
  );
}

/**
 * @param paths all Markdown files
 * @param read a file's text, '' for a folder, null for what does not exist
 * @returns one line for each thing that is wrong
 */
export function complaintsAboutDocuments(paths, read) {
  const each = paths.flatMap((path) => {
    const text = read(path);
    return [
      ...complaintsAboutLength(path, text),
      ...complaintsAboutLinks(path, text, read),
      ...complaintsAboutTargets(path, text, read),
      ...(ADR_FILE.test(path) ? complaintsAboutAdr(path, text) : []),
      ...(NAME_PATHS.has(path) ? complaintsAboutPaths(path, text, read) : []),
    ];
  });
  return [...each, ...complaintsAboutNumbers(paths)];
}

function readFromDisk(path) {
  if (!existsSync(path)) return null;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'EISDIR') return '';
    throw error;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const complaints = complaintsAboutDocuments(markdownFiles(), readFromDisk);
  for (const complaint of complaints) console.log(complaint);
  process.exitCode = complaints.length > 0 ? 1 : 0;
}

import type { Setting, SettingsGroup } from '../platform/config/config.public.js';
import { SETTINGS, SETTINGS_OF_GATEWAYS } from './settings.js';

const LINE_LENGTH = 120;

/** `.env.example`: every variable, commented out, with its default or an example. */
export function environmentExample(): string {
  return [
    '# Copy to .env and change what you need. The environment wins over this file; each shows its default, or an example where there is none.\n',
    ...SETTINGS.map(exampleOf),
    '# Read only if GATEWAYS enables the gateway.\n',
    ...SETTINGS_OF_GATEWAYS.map(exampleOf),
  ].join('\n');
}

function exampleOf({ title, declared }: SettingsGroup): string {
  const lines = Object.values(declared).flatMap(({ name, help, defaultText, example = '' }) => [
    ...wrapped(help.replaceAll('`', '')),
    `# ${name}=${defaultText ?? example}`,
  ]);
  return `# --- ${title} ---\n${lines.join('\n')}\n`;
}

/** Wrapped as shell comments. */
function wrapped(text: string): string[] {
  const lines = ['#'];
  for (const word of text.split(' ')) {
    if (`${lines.at(-1)} ${word}`.length > LINE_LENGTH) lines.push('#');
    lines.push(`${lines.pop()} ${word}`);
  }
  return lines;
}

/** The tables of docs/configuration.md, one per group. */
export function settingsTables(): string {
  return [
    ...SETTINGS.map((group) => `### ${group.title}\n\n${tableOf(group)}`),
    'The gateways that `GATEWAYS` enables read variables that begin with their names. Those of other gateways ' +
      'are not read.\n',
    ...SETTINGS_OF_GATEWAYS.map((group) => `### \`${group.title}\`\n\n${tableOf(group)}`),
  ].join('\n');
}

/** Aligned as Prettier does it, so that an editor that formats on save changes nothing. */
function tableOf({ declared }: SettingsGroup): string {
  const settings = Object.values(declared);
  const rows = [['variable', 'default', 'allowed', 'meaning'], ...settings.map(cellsOf)];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[], fill: string): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!, fill)).join(' | ')} |\n`;
  const [head, ...body] = rows.map((row) => line(row, ' '));
  return `${head}${line(['', '', '', ''], '-')}${body.join('')}`;
}

function cellsOf({ name, formerly, defaultText, unsetText = '', allowed, help }: Setting<unknown>): string[] {
  const before = formerly === undefined ? '' : ` Was \`${formerly}\`.`;
  const otherwise = defaultText === null ? unsetText : `\`${defaultText}\``;
  return [`\`${name}\``, otherwise, allowed, `${help}${before}`];
}

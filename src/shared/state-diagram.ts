/** The way from one status to another. */
export interface Arrow<Status extends string> {
  readonly from: Status;
  readonly to: Status;
  /** Who moves along it; left out where it is always the same. */
  readonly by?: readonly string[];
}

export interface StateMachine<Status extends string> {
  readonly title: string;
  /** What stands above the diagram. */
  readonly intro: string;
  /** The first status, and who may bring it about. */
  readonly start: { readonly status: Status; readonly by: string };
  readonly arrows: readonly Arrow<Status>[];
  readonly ends: readonly Status[];
  /** What stands below it. */
  readonly outro: string;
}

/**
 * A state machine as Markdown with a mermaid diagram. `docs/state-machine.md` consists of such; `make check` compares
 * it.
 */
export function drawn<Status extends string>({
  title,
  intro,
  start,
  arrows,
  ends,
  outro,
}: StateMachine<Status>): string {
  return [
    `# ${title}`,
    '',
    intro,
    '',
    '```mermaid',
    'stateDiagram-v2',
    `  [*] --> ${start.status}: ${start.by}`,
    ...arrows.map(({ from, to, by }) => `  ${from} --> ${to}${by === undefined ? '' : `: ${by.join(', ')}`}`),
    ...ends.map((status) => `  ${status} --> [*]`),
    '```',
    '',
    outro,
    '',
  ].join('\n');
}

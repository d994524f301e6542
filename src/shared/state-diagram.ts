/** The way from one status to another. */
export interface Arrow<Status extends string> {
  readonly from: Status;
  readonly to: Status;
  /** Who may make the move; left out if it is always the same party. */
  readonly by?: readonly string[];
}

export interface StateMachine<Status extends string> {
  readonly title: string;
  /** The text above the diagram. */
  readonly intro: string;
  /** The first status, and who may create the order in it. */
  readonly start: { readonly status: Status; readonly by: string };
  readonly arrows: readonly Arrow<Status>[];
  readonly ends: readonly Status[];
  /** The text below the diagram. */
  readonly outro: string;
}

/**
 * Renders a state machine as Markdown with a mermaid diagram. `docs/state-machine.md` consists of these; `make check`
 * compares it.
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

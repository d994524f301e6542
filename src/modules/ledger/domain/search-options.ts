/**
 * How books are searched when they are distributed over several nodes, one of which may not answer. If left out, the
 * search then fails.
 */
export interface SearchOptions {
  /**
   * Nodes that have not answered, with the error of each: they are skipped. Nodes that fail during the search are
   * added.
   */
  readonly unreachable?: Map<string, string>;
  /** Called with each node, or book of such a node, that is skipped. */
  readonly skipped?: (what: string) => void;
}

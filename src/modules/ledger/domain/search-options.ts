/** How books are searched where they lie on several nodes, of which one may not answer. Nothing: it fails then. */
export interface SearchOptions {
  /** Nodes that have not answered, with what was said of each: they are skipped, and another one is added. */
  readonly unreachable?: Map<string, string>;
  /** Called with each node, or book of such a node, that is skipped. */
  readonly skipped?: (what: string) => void;
}

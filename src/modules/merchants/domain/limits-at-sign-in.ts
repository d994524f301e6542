/**
 * The copy of merchants' limits that sign-ins read, kept apart from the merchants if those are distributed over several
 * nodes.
 */
export abstract class LimitsAtSignIn {
  /**
   * How many merchants have limits there that differ from their own, as of some seconds ago; 0 at first. Never waits.
   */
  abstract differing(): number;
}

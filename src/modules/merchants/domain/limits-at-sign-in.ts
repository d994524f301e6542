/** The copy of merchants' limits that sign-ins read, beside the merchants themselves where these lie on several nodes. */
export abstract class LimitsAtSignIn {
  /** How many merchants have other limits there: as it was some seconds ago, and none at first. Whoever asks waits for nothing. */
  abstract differing(): number;
}

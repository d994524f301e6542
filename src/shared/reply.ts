/** An HTTP answer down to its bytes, so that it can be stored and sent again as it was. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

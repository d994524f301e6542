/**
 * The request that a piece of work goes back to. Passed explicitly from the request to the book, with the event to the
 * queue, and on to the bank; stored unchanged.
 */
export interface Origin {
  /** As in the header X-Request-Id, and in every log line about the work. */
  readonly request_id: string;
  /** The span that asked for the work, in W3C Trace Context format; only where traces are collected. */
  readonly traceparent?: string;
}

/**
 * What a piece of work goes back to: the request that asked for it. Carried explicitly from the request to the book,
 * with the event to the queue, and on to the bank, and stored as it is.
 */
export interface Origin {
  /** As in the header X-Request-Id, and in every log line about the work. */
  readonly request_id: string;
  /** The span that asked for it, as W3C Trace Context writes it; only where traces are collected. */
  readonly traceparent?: string;
}

/**
 * What this process is there for. The API, the command line and the worker wire the same modules; only the worker
 * works.
 */
export class ProcessRole {
  constructor(
    /** Takes jobs from the queues, relays the outbox, and runs the sweeps. */
    readonly worker: boolean,
    /** Everything in one process, so that what it knows of its own doings is all there is to know. */
    readonly standalone = false,
  ) {}
}

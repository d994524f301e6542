/** What this process is there for. The API, the command line and the worker wire the same modules; only the worker works. */
export class Role {
  constructor(
    /** Takes jobs from the queues, relays the outbox, and runs the sweeps. */
    readonly worker: boolean,
  ) {}
}

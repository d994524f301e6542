/**
 * The role of this process. The API, the command line and the worker wire the same modules, but only the worker
 * processes jobs.
 */
export class ProcessRole {
  /** Takes jobs from the queues, relays the outbox, and runs the sweeps. */
  readonly worker: boolean;
  /** This is the only process, so it knows of everything that happens without asking another. */
  readonly standalone: boolean;
  /** A command of the command line: it serves no requests and sends no webhooks. */
  readonly command: boolean;

  constructor({ worker, standalone = false, command = false }: Pick<ProcessRole, 'worker'> & Partial<ProcessRole>) {
    this.worker = worker;
    this.standalone = standalone;
    this.command = command;
  }
}

import { Injectable } from '@nestjs/common';
import type { Job } from '../queue/job-queues.js';
import type { OutboxEvent } from './outbox.js';

/**
 * The jobs that an event asks for. Pure: an event that is carried twice must ask for the same jobs, with the same ids.
 */
type Route = (event: OutboxEvent) => Job | readonly Job[];

/** Which events become which jobs. Modules add their routes in their constructors, before the relay starts. */
@Injectable()
export class OutboxRoutes {
  private readonly routes = new Map<string, Route[]>();

  /** All routes of a type apply. An event without a route is only kept as history. */
  route(type: string, route: Route): void {
    this.routes.set(type, [...(this.routes.get(type) ?? []), route]);
  }

  /** Whether any route takes this type. Also true if no routes are known, as on the command line. */
  mayTake(type: string): boolean {
    return this.routes.size === 0 || this.routes.has(type);
  }

  jobsFor(event: OutboxEvent): Job[] {
    return (this.routes.get(event.type) ?? []).flatMap((route) => route(event));
  }
}

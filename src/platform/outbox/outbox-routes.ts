import { Injectable } from '@nestjs/common';
import type { Job } from '../queue/job-queues.js';
import type { OutboxEvent } from './outbox.js';

/** What an event asks for. Pure: an event that is carried twice must ask for the same jobs, under the same ids. */
type Route = (event: OutboxEvent) => Job | readonly Job[];

/** Which events become which jobs. Modules add their routes in their constructors, before the relay starts. */
@Injectable()
export class OutboxRoutes {
  private readonly routes = new Map<string, Route[]>();

  /** Several routes of one type all apply. An event without a route is history, and nothing else. */
  route(type: string, route: Route): void {
    this.routes.set(type, [...(this.routes.get(type) ?? []), route]);
  }

  /** Whether any route takes it, or may take it where the routes are known: the command line knows none. */
  mayTake(type: string): boolean {
    return this.routes.size === 0 || this.routes.has(type);
  }

  jobsFor(event: OutboxEvent): Job[] {
    return (this.routes.get(event.type) ?? []).flatMap((route) => route(event));
  }
}

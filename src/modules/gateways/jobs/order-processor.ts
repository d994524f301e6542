import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { FactoryProvider, Type } from '@nestjs/common';
import type { Job } from 'bullmq';
import { assert } from '../../../shared/assert.js';
import type { Origin } from '../../../shared/origin.js';
import { Wakes } from '../application/wakes.js';
import type { Wake } from '../application/waiting-line.js';
import type { OrderFlow } from './order-flows.js';

/** What a job is about, by ids, and the request that it goes back to. */
type JobData = Readonly<Record<string, unknown>> & { readonly origin?: Origin };

interface Work {
  execute(about: never, origin?: Origin): Promise<void>;
}

/**
 * Takes the jobs of a flow: wakes orders that wait, and hands every other job to the use case that has its name. A job
 * that fails is not repeated here: what is due is the database's to say.
 * @param work the use cases, by the names of their jobs
 */
export function orderProcessor(
  flow: OrderFlow['name'],
  work: Readonly<Record<string, Type<Work>>>,
): FactoryProvider<WorkerHost> {
  @Processor(flow)
  class OrderProcessor extends WorkerHost {
    constructor(
      private readonly wakes: Wakes,
      private readonly useCases: ReadonlyMap<string, Work>,
    ) {
      super();
    }

    async process({ name, data }: Job<JobData>): Promise<void> {
      if (name === 'wake') return this.wakes.execute(flow, data as unknown as Wake);
      const useCase = this.useCases.get(name);
      assert(useCase !== undefined, `${flow} have jobs of this name`);
      await useCase.execute(data as never, data.origin);
    }
  }

  const names = Object.keys(work);
  return {
    provide: `processor of ${flow}`,
    inject: [Wakes, ...Object.values(work)],
    useFactory: (wakes: Wakes, ...useCases: Work[]) =>
      new OrderProcessor(wakes, new Map(names.map((name, i) => [name, useCases[i]!]))),
  };
}

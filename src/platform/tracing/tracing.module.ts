import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Collector } from './collector.js';
import { TracingSettings } from './tracing.settings.js';

const COLLECTOR = Symbol('collector');

/** The OTLP packages take a tenth of a second to load, so they are loaded only if traces are collected. */
async function openCollector({ endpoint }: TracingSettings): Promise<Collector | null> {
  return endpoint === null ? null : new (await import('./collector.js')).Collector(endpoint);
}

/** Traces; off unless there is a collector to send them to. */
@Module({ providers: [{ provide: COLLECTOR, inject: [TracingSettings], useFactory: openCollector }] })
export class TracingModule implements OnApplicationShutdown {
  constructor(@Inject(COLLECTOR) private readonly collector: Collector | null) {}

  /** By now nothing runs any more that could be part of a trace. */
  async onApplicationShutdown(): Promise<void> {
    await this.collector?.close();
  }
}

import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { withTimeout } from '../waiting/with-timeout.js';

/** Spans wait this long to be sent together. */
const DELAY_MS = 1_000;

/** A collector that does not answer costs only its spans: a bounded number waits, and the rest is dropped. */
const EXPORT_TIMEOUT_MS = 5_000;
const MAX_WAITING = 4_096;

/** A shutdown does not wait longer for an unreachable collector. */
const CLOSE_TIMEOUT_MS = 1_000;

/** Sends the spans of this process to a collector (OTLP over HTTP, as JSON), at a path below the endpoint's address. */
export class Collector {
  private readonly provider: NodeTracerProvider;

  constructor(endpoint: string) {
    const exporter = new OTLPTraceExporter({
      url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
      timeoutMillis: EXPORT_TIMEOUT_MS,
    });
    const processor = new BatchSpanProcessor(exporter, {
      scheduledDelayMillis: DELAY_MS,
      exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      maxQueueSize: MAX_WAITING,
    });
    this.provider = new NodeTracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'bahi' }),
      spanProcessors: [processor],
    });
    // Not `register`, which would also install an ambient context.
    trace.setGlobalTracerProvider(this.provider);
  }

  async close(): Promise<void> {
    await withTimeout(
      CLOSE_TIMEOUT_MS,
      this.provider.shutdown().catch(() => undefined),
    );
    trace.disable();
  }
}

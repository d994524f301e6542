import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

/** A span as it was received. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty or missing for the first span of a trace. */
  readonly parentSpanId?: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client, 5 consumer (opentelemetry/proto/trace/v1/trace.proto) */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Export {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<CollectedSpan, 'attributes'> & {
        readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
      })[];
    }[];
  }[];
}

/** Receives what services send to OTEL_EXPORTER_OTLP_ENDPOINT. */
export class TraceCollector {
  readonly spans: CollectedSpan[] = [];
  /** Everything that was sent, as text. */
  received = '';

  private constructor(private readonly server: Server) {
    server.on('request', (request: IncomingMessage, response) => {
      void this.take(request).then((status) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end('{}'),
      );
    });
  }

  static async open(): Promise<TraceCollector> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TraceCollector(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async take(request: IncomingMessage): Promise<number> {
    if (request.method !== 'POST' || request.url !== '/v1/traces') return 404;
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    this.received += text;
    const { resourceSpans } = JSON.parse(text) as Export;
    for (const span of resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))) {
      const attributes = span.attributes.map(({ key, value }) => [key, Object.values(value)[0]]);
      this.spans.push({ ...span, attributes: Object.fromEntries(attributes) as Record<string, unknown> });
    }
    return 200;
  }
}

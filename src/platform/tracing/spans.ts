import {
  type Attributes,
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { Origin } from '../../shared/origin.js';

/** Records nothing until `TracingModule` has a collector to send spans to. */
const tracer = trace.getTracer('bahi');

/** https://www.w3.org/TR/trace-context/#traceparent-header; of later versions, only the fields of this one are read. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/;

export interface Step {
  readonly name: string;
  readonly kind: 'consumer' | 'client' | 'internal';
  /** Never an account number or a key: the collector may belong to somebody else. */
  readonly attributes: Attributes;
}

/**
 * Does the work as one step of the trace that its origin belongs to. Without a trace, which is nearly always the case,
 * it only does the work. The parent is passed explicitly and not taken from an ambient context, which would make every
 * promise of the process more expensive.
 *
 * @param work gets the origin to pass on, and may add attributes that it has found out
 */
export async function inStep<T>(
  { name, kind, attributes }: Step,
  origin: Origin | null,
  work: (origin: Origin | null, add: (attributes: Attributes) => void) => Promise<T>,
): Promise<T> {
  if (origin?.traceparent === undefined) return work(origin, () => undefined);
  const span = startSpan(name, KINDS[kind], attributes, origin.traceparent);
  try {
    return await work({ ...origin, traceparent: traceparentOf(span) }, (more) => void span.setAttributes(more));
  } catch (error) {
    // The name alone: a message may contain private data.
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
    throw error;
  } finally {
    span.end();
  }
}

const KINDS = { consumer: SpanKind.CONSUMER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** Starts a span below the one that `traceparent` names, or the first of a new trace if it names none. */
export function startSpan(name: string, kind: SpanKind, attributes: Attributes, traceparent: unknown): Span {
  return tracer.startSpan(name, { kind, attributes }, contextOf(traceparent));
}

export function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

function contextOf(traceparent: unknown): Context {
  const [, traceId, spanId, flags] = (typeof traceparent === 'string' && TRACEPARENT.exec(traceparent)) || [];
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT;
  // "Sampled" is the only flag that has a meaning here.
  const parent = { traceId, spanId, traceFlags: parseInt(flags!, 16) & 1, isRemote: true };
  return isSpanContextValid(parent) ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}

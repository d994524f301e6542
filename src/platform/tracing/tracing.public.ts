/** Spans, for an OpenTelemetry collector. */
export { inStep, type Step } from './spans.js';
export { TracingModule } from './tracing.module.js';
export { TracingSettings } from './tracing.settings.js';

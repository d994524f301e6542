/** Counters, gauges and histograms for Prometheus; some are read from the database at each scrape. */
export { DatabaseGaugesModule } from './database-gauges.module.js';
export { countIn, countOf, type DatabaseGauge, DatabaseGauges, MOST_COUNTED } from './database-gauges.js';
export { MetricsController } from './metrics.controller.js';
export { type Counter, type Histogram, Metrics } from './metrics.js';
export { MetricsSettings } from './metrics.settings.js';

/** What all kinds of orders have in common: lists, due orders, attempts, timelines, columns, metrics and documents. */
export { answerDocument, attemptDocument } from './attempt-documents.js';
export { chosenGateways } from './chosen-gateways.js';
export { DueSubmissions } from './due-submissions.js';
export { dueSweeps } from './due-sweeps.js';
export { orderDocument, timelineDocument } from './order-documents.js';
export { statusMetrics, waitingGauge } from './status-metrics.js';
export { StoredOrders } from './stored-orders.js';
export { answerColumns, keyColumns, LIVE_MS, submissionColumns } from './submission-columns.js';
export { timelineController } from './timeline-controller.js';
export { type TimelineOf, TimelineRows, unhashedUntil } from './timeline-rows.js';

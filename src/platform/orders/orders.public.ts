/** What all kinds of orders have alike: what is due, attempts, timelines, columns, and what metrics and documents say of them. */
export { answerDocument, attemptDocument } from './attempt-documents.js';
export { chosenGateways } from './chosen-gateways.js';
export { DueSubmissions } from './due-submissions.js';
export { dueSweeps } from './due-sweeps.js';
export { orderDocument, timelineDocument } from './order-documents.js';
export { statusMetrics, waitingGauge } from './status-metrics.js';
export { answerColumns, keyColumns, LIVE_MS, submissionColumns } from './submission-columns.js';
export { timelineController } from './timeline-controller.js';
export { type TimelineOf, TimelineRows, unhashedUntil } from './timeline-rows.js';

import { answerDocument, attemptDocument } from '../../../platform/orders/orders.public.js';

const ASKED = {
  party: 'provider',
  endings: ['succeeded', 'rejected', 'pending', 'unknown', 'not_found', 'reference_reused'],
  gateway: 'payment-simulator',
} as const;

class ProviderAnswerDocument extends answerDocument(ASKED) {}

export class ProviderAttemptDocument extends attemptDocument(ProviderAnswerDocument, ASKED) {}

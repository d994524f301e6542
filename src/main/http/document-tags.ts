import type { DocumentTag } from '../../platform/http/http.public.js';

/** The groups of endpoints as `/docs` shows them: what a merchant does first, then what operators do. */
export const DOCUMENT_TAGS: readonly DocumentTag[] = [
  { name: 'Payouts', description: 'Money out: to bank accounts and VPAs, with every answer of the banks.' },
  { name: 'Bank accounts', description: 'The accounts and VPAs that a merchant may pay out to.' },
  { name: 'Payments', description: 'Money in: charges to payers in India and abroad.' },
  { name: 'Refunds', description: 'Money back to payers: all or part of a payment.' },
  { name: 'Events', description: 'What happened to payouts, payments and refunds, numbered without gaps.' },
  { name: 'Webhooks', description: 'Where events are sent, and whether they were delivered.' },
  {
    name: 'Ledger',
    description: 'The book of a merchant: its balance, its entries, and the findings of its verifications.',
  },
  { name: 'Merchants', description: 'Merchants, their API keys, and who the key of a request belongs to.' },
  {
    name: 'Gateways',
    description: 'The banks and payment providers, the routing rules that choose among them, and their callbacks.',
  },
  { name: 'Operations', description: 'What needs a person, and how the service is doing.' },
  { name: 'Service', description: 'For load balancers and monitoring. No API key is needed.' },
];

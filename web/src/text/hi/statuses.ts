import type { Catalogue } from '../catalogue.ts';

export const statuses: Catalogue['statuses'] = {
  pending: 'लंबित',
  created: 'बनाया गया',
  processing: 'प्रक्रिया में',
  completed: 'पूरा हुआ',
  succeeded: 'सफल',
  failed: 'विफल',
  cancelled: 'रद्द',
  reversed: 'लौटाया गया',
  partially_refunded: 'आंशिक रिफ़ंड',
  refunded: 'रिफ़ंड हुआ',
  delivered: 'पहुँचाया गया',
};

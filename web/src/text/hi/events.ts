import type { Catalogue } from '../catalogue.ts';

export const events: Catalogue['events'] = {
  ofRefund: (what) => `रिफ़ंड: ${what}`,
  what: {
    requested: 'अनुरोध किया गया',
    initiated: 'अनुरोध किया गया',
    created: 'बनाया गया',
    on_hold: 'राशि रोकी गई',
    waiting: 'प्रतीक्षा में',
    processing: 'भेजा गया',
    bank_answered: 'बैंक ने उत्तर दिया',
    gateway_answered: 'प्रदाता ने उत्तर दिया',
    bank_disagreed: 'बैंक कुछ और बताता है',
    gateway_disagreed: 'प्रदाता कुछ और बताता है',
    completed: 'पूरा हुआ',
    succeeded: 'सफल',
    failed: 'विफल',
    cancelled: 'रद्द',
    reversed: 'लौटा',
    partially_refunded: 'आंशिक रिफ़ंड',
    refunded: 'रिफ़ंड हुआ',
    disputed: 'विवादित',
    needs_attention: 'ध्यान चाहिए',
    archived: 'संग्रहित',
  },
};

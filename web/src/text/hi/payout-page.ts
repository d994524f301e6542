import type { Catalogue } from '../catalogue.ts';

export const payoutPage: Catalogue['payoutPage'] = {
  attempts: 'बैंक से संपर्क',
  attempt: (number, gateway) => `प्रयास ${number}, ${gateway}`,
  noAttempts: 'अभी किसी बैंक से नहीं पूछा गया।',
  bankReference: 'बैंक में संदर्भ',
  unchanged: (count) => `${count} बार और पूछा गया: कुछ नया नहीं`,
  answerKinds: { submission: 'भेजा गया', inquiry: 'पूछा गया', callback: 'बैंक ने बताया' },
  endings: {
    succeeded: 'भुगतान हुआ',
    rejected: 'अस्वीकृत',
    pending: 'प्रक्रिया में',
    returned: 'वापस आया',
    unknown: 'परिणाम अज्ञात',
    not_found: 'वहाँ नहीं मिला',
    reference_reused: 'अस्वीकृत: संदर्भ वहाँ पहले से है',
  },
  cancel: 'पेआउट रद्द करें',
  cancelLead: 'यह बैंक को नहीं भेजा जाएगा, और राशि फिर उपलब्ध होगी।',
  deliveries: 'वेबहुक डिलीवरी',
  noDeliveries: 'किसी वेबहुक एंडपॉइंट को यह नहीं बताया गया।',
};

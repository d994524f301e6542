import type { Catalogue } from '../catalogue.ts';

export const payoutLists: Catalogue['payoutLists'] = {
  title: 'पेआउट',
  status: 'स्थिति',
  waitingFor: 'किसकी प्रतीक्षा में',
  waits: {
    merchant_inactive: 'खाता',
    bank_account_inactive: 'बैंक खाता',
    gateway_paused: 'रोका गया बैंक',
    gateway_unavailable: 'बैंक जो उत्तर नहीं देता',
    no_gateway: 'बैंक जो यह पेआउट कर सके',
    database_failover: 'डेटाबेस फेलओवर के बाद की जाँच',
  },
  needsAttention: 'ध्यान चाहिए',
  includeArchived: 'संग्रहित भी',
  none: 'अभी कोई पेआउट नहीं',
  noneLead: 'पेआउट आपकी उपलब्ध राशि से बैंक खाते में पैसा भेजता है।',
  noneMatch: 'कोई पेआउट मेल नहीं खाता',
  noneMatchLead: 'फ़िल्टर बदलें या हटाएँ।',
};

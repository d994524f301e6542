import type { Catalogue } from '../catalogue.ts';

export const ledger: Catalogue['ledger'] = {
  latest: 'हाल के लेन-देन',
  empty: 'अभी तक कोई लेन-देन नहीं',
  emptyLead: 'सफल भुगतान और आपके माँगे गए पेआउट यहाँ दिखते हैं।',
  kinds: {
    payment: 'भुगतान प्राप्त',
    payout_hold: 'पेआउट का अनुरोध',
    payout_settlement: 'पेआउट पूरा',
    payout_release: 'पेआउट नहीं हुआ',
    payout_reversal: 'पेआउट लौटा',
    refund_hold: 'रिफ़ंड का अनुरोध',
    refund: 'रिफ़ंड किया गया',
    refund_release: 'रिफ़ंड नहीं हुआ',
    adjustment: 'समायोजन',
  },
};

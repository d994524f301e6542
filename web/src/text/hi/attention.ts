import type { Catalogue } from '../catalogue.ts';

export const attention: Catalogue['attention'] = {
  leadForOperators: 'जो बैंक और प्रदाता अधूरा छोड़ते हैं, सबसे पुराना पहले। फिर से पूछें, या हाथ से समाप्त करें।',
  leadForMerchants: 'ऑपरेटर इन्हें देख रहे हैं। तब तक इनकी राशि रोकी रहती है।',
  all: 'सभी देखें',
  type: 'प्रकार',
  types: { payout: 'पेआउट', payment: 'प्राप्त भुगतान', refund: 'रिफ़ंड' },
  manyOf: { payout: 'पेआउट', payment: 'प्राप्त भुगतान', refund: 'रिफ़ंड' },
  since: (age) => `${age} से`,
  calls: (count, gateway) => `${count} × ${gateway}`,
  reasons: {
    outcome_unknown: 'यह भेजा गया, और कोई नहीं बताता कि क्या हुआ। पूछना जारी है।',
    not_as_requested: 'जो दर्ज है वह अनुरोध से अलग है। इसके लिए कुछ नहीं भेजा जाता।',
    gateway_disagrees: 'बैंक या प्रदाता बही से अलग बात कहता है। सत्यापन में यह दर्ज है।',
  },
  nothing: 'कुछ भी ध्यान नहीं माँगता',
  nothingLead: 'जो पेआउट, भुगतान और रिफ़ंड अपने आप पूरे नहीं होते वे यहाँ दिखते हैं।',
};

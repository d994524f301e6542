import type { Catalogue } from '../catalogue.ts';

export const bankAccounts: Catalogue['bankAccounts'] = {
  payTo: 'किसे भुगतान करें',
  ending: (last4) => `अंतिम अंक ${last4}`,
  search: 'नाम, अंतिम चार अंक या IFSC से खोजें',
  notFound: 'कोई सक्रिय खाता नहीं मिला। नीचे एक जोड़ें।',
  more: (count) => `${count} और हैं। खोज कर कम करें।`,
  change: 'बदलें',
  register: 'बैंक खाता जोड़ें',
  holder: 'खाताधारक',
  holderHint: 'जैसा बैंक में दर्ज है',
  number: 'खाता संख्या',
  ifsc: 'IFSC',
  ifscHint: 'ग्यारह अक्षर, जैसे HDFC0000001',
  wrong: {
    account_holder_name: 'खाताधारक का नाम दर्ज करें, अधिकतम 120 अक्षर।',
    account_number: '5 से 35 अंक या अक्षर दर्ज करें, बिना ख़ाली जगह।',
    ifsc: 'चार अक्षर, एक शून्य, और छह अक्षर या अंक दर्ज करें।',
  },
};

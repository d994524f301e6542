import type { Catalogue } from '../catalogue.ts';

export const particulars: Catalogue['particulars'] = {
  of: ({ subject, id, status }) => `${subject} ${id} (${status})`,
  nothing: 'कुछ नहीं',
  missing: 'नहीं है',
  outcomes: {
    unknown_reference: 'इसका संदर्भ यहाँ किसी का नहीं',
    other_gateway: 'ऑर्डर किसी और बैंक या प्रदाता के पास है',
    amount_mismatch: 'इसमें कोई और राशि या मुद्रा है',
    account_mismatch: 'इसमें कोई और खाता है',
    not_confirmed: 'पूछने पर बैंक या प्रदाता इसकी पुष्टि नहीं करता',
    unrecognized: 'ऑर्डर के बारे में इसकी बात समझी नहीं जा सकती',
    unreadable: 'यह पढ़ी नहीं जा सकती',
  },
  sentences: {
    transactions_differ: ({ found, due }) => `लेजर में इसका है: ${found}। होना चाहिए: ${due}।`,
    movement_differs: ({ transaction_kind: kind, seq, moved, due }) =>
      `${kind} (लेनदेन ${seq}) से चला: ${moved}। चलना चाहिए: ${due}।`,
    request_differs: () => 'यह वह नहीं है जिसका अनुरोध हुआ था।',
    reversal_differs: ({ transaction_kind: kind, seq }) => `${kind} (लेनदेन ${seq}) इसके भुगतान को नहीं उलटता।`,
    requester_differs: () => 'इसका अनुरोध किसी और ने किया, राशि किसी और के नाम पर रोकी गई।',
    utr_differs: () => 'इस पर वह UTR नहीं है जिससे यह पूरा हुआ।',
    provider_id_differs: () => 'इस पर प्रदाता का वह ID नहीं है जिससे यह सफल हुआ।',
    bank_says_otherwise: () => 'बैंक कुछ और कहता है।',
    bank_has_another_transfer: () => 'बैंक के पास इसके संदर्भ पर कोई और ट्रांसफ़र है।',
    gateway_says_otherwise: () => 'प्रदाता कुछ और कहता है।',
    gateway_has_another_amount: () => 'प्रदाता के पास इसके संदर्भ पर कोई और राशि या मुद्रा है।',
    bank_disagreement_lost: () => 'इतिहास के अनुसार बैंक असहमत था, पर इस पर यह दर्ज नहीं।',
    provider_disagreement_lost: () => 'इतिहास के अनुसार प्रदाता असहमत था, पर इस पर यह दर्ज नहीं।',
    refund_disagreement_lost: ({ refund_id: id }) =>
      `इतिहास के अनुसार प्रदाता रिफ़ंड ${id} पर असहमत था, पर उस पर यह दर्ज नहीं।`,
    event_of_missing_refund: ({ event_type: type }) => `इतिहास में ${type} ऐसे रिफ़ंड का है जो है ही नहीं।`,
    refund_timeline_differs: ({ refund_id: id, refund_status: status }) =>
      `इतिहास में रिफ़ंड ${id} की यह स्थिति नहीं है: ${status}।`,
    events_miscounted: ({ counted, found }) => `इसके अनुसार इतिहास में ${counted} प्रविष्टियाँ हैं, मिलीं ${found}।`,
    event_out_of_sequence: ({ event_seq: seq, due_seq: due }) =>
      `इतिहास की प्रविष्टि ${seq} वहाँ है जहाँ ${due} होनी चाहिए।`,
    event_move_not_allowed: ({ event_seq: seq, event_type: type, from, to, after }) =>
      `इतिहास की प्रविष्टि ${seq} (${type}) ${from} से ${to} पर जाती है, ${after} के बाद।`,
    timeline_missing: () => 'इसका कोई इतिहास नहीं है।',
    timeline_end_differs: ({ ends_as: end }) => `इतिहास का अंत है: ${end}।`,
    event_without_hash: ({ event_seq: seq, event_type: type }) => `इतिहास की प्रविष्टि ${seq} (${type}) का हैश नहीं है।`,
    event_changed: ({ event_seq: seq, event_type: type }) =>
      `इतिहास की प्रविष्टि ${seq} (${type}) या उससे पहले का कुछ बदला गया: इसका हैश इसकी सामग्री का नहीं है।`,
    timeline_hash_differs: () => 'इतिहास का अंत उस हैश पर नहीं होता जो इस पर दर्ज है।',
    credit_differs: ({ id, status, captured_paise: captured, credited_paise: credited }) =>
      status === ''
        ? `भुगतान ${id} लिया नहीं गया; लेजर में जमा: ${credited}।`
        : `भुगतान ${id} (${status}) में ${captured} लिए गए; लेजर में जमा: ${credited}।`,
    refund_claims_differ: ({
      id,
      captured_minor: captured,
      shown_minor: shown,
      claimed_minor: claimed,
      refunded_minor: refunded,
    }) =>
      `भुगतान ${id} में ${captured} लिए गए, और उस पर रिफ़ंड के लिए ${shown} दर्ज हैं; रिफ़ंड ${claimed} के हैं, और ` +
      `${refunded} लौटाए गए।`,
    transaction_of_missing_order: ({ subject, id, transaction_kind: kind }) =>
      `लेजर में ${subject} ${id} का लेनदेन (${kind}) है, जो है ही नहीं।`,
    timeline_of_missing_order: ({ subject, id }) => `${subject} ${id} का इतिहास है, जो है ही नहीं।`,
    utr_shared: ({ id, other_id: other, utr }) => `पेआउट ${id} और ${other} दोनों पर UTR ${utr} है।`,
    provider_id_shared: ({ id, other_id: other, provider_id: shared, gateway }) =>
      `${id} और ${other} दोनों पर ${gateway} का ID ${shared} है।`,
    callback_refused: ({ callback_id: callback, gateway, subject, id, outcome }) =>
      `${subject} ${id} के बारे में ${gateway} की सूचना ${callback} स्वीकार नहीं हुई: ${outcome}।`,
    callback_unreadable: ({ callback_id: callback, gateway }) => `${gateway} की सूचना ${callback} पढ़ी नहीं जा सकती।`,
    callback_of_no_book: ({ callback_id: callback, gateway, subject, id }) =>
      `${gateway} की सूचना ${callback} ${subject} ${id} के बारे में है, जो किसी बही में नहीं है।`,
    event_gap: ({ event_number: number, previous_number: before }) => `घटना ${before} के बाद घटना ${number} है।`,
    event_id_out_of_order: ({ event_number: number, previous_number: before }) =>
      `घटना ${number} का ID घटना ${before} के ID से पहले का है।`,
    transaction_out_of_sequence: ({ seq, previous_seq: before }) => `लेनदेन ${before} के बाद लेनदेन ${seq} है।`,
    entry_without_transaction: ({ seq, account }) => `एक प्रविष्टि (${account}) लेनदेन ${seq} की है, जो है ही नहीं।`,
    hold_without_digest: ({ seq, transaction_kind: kind }) => `लेनदेन ${seq} (${kind}) नहीं बताता कि अनुरोध क्या था।`,
    transaction_not_chained: ({ seq }) => `लेनदेन ${seq} अपने से पहले वाले से जुड़ा नहीं है।`,
    transaction_changed: ({ seq }) => `लेनदेन ${seq} बदला गया: इसका हैश इसकी सामग्री का नहीं है।`,
    head_differs: ({ seq, hash, expected_hash: expected }) => `लेनदेन ${seq}: ${hash}। होना चाहिए: ${expected}।`,
    head_differs_all_read: ({ seq, hash, expected_hash: expected }) =>
      `लेनदेन ${seq}: ${hash}। होना चाहिए: ${expected}। इसलिए पूरी बही पढ़ी गई।`,
    entries_unbalanced: ({ seq, sum_paise: sum }) => `लेनदेन ${seq} की प्रविष्टियों का जोड़ ${sum} है।`,
    entries_too_few: ({ seq, entries }) => `लेनदेन ${seq} की प्रविष्टियाँ: ${entries}।`,
    balance_differs: ({ seq, account, balance_paise: balance, sum_paise: sum }) =>
      `लेनदेन ${seq} में शेष ${balance} है (${account}); वहाँ तक की प्रविष्टियों का जोड़ ${sum} है।`,
    balances_unbalanced: ({ seq, sum_paise: sum }) => `लेनदेन ${seq} तक के शेष का जोड़ ${sum} है।`,
    held_differs: ({ held_paise: held, open_paise: open }) => `लेजर में रोकी गई राशि ${held}। खुले: ${open}।`,
    book_unreadable: ({ error }) => `बही पढ़ी नहीं जा सकती: ${error}`,
  },
};

/** What all orders document alike. */
export const REVISION =
  'Grows with every change: of two copies of one thing the one with the higher revision is the newer, and with the same ' +
  'revision they are the same. It may grow without anything else that is shown having changed.';

export const ALLOWED_STATUSES =
  'What your kind of key may move it to now; whether that is granted may depend on more. In an event: the kind of key ' +
  'that reads it, or, sent to an endpoint, the kind that has made that.';

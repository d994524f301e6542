/** Of a row `t`, beside a parameter: `t.merchant_id::text = $1::uuid::text`. */
const AS_TEXT = /\b(\w+\.)?merchant_id::text = (\$\d+)::uuid::text/g;

/** The same for indexes of lists: `uuid_send(t.merchant_id) = uuid_send($1::uuid)`. */
const AS_BYTES = /\buuid_send\((\w+\.)?merchant_id\) = uuid_send\((\$\d+)(?:::uuid)?\)/g;

/**
 * Some statements name the merchant in a way that hides them from indexes that begin with the merchant. It hides them from
 * Citus too, which then asks every node: there they are named once more.
 */
export function routed(text: string): string {
  return text
    .replaceAll(AS_TEXT, (all, row: string | undefined, value: string) => named(all, row, value))
    .replaceAll(AS_BYTES, (all, row: string | undefined, value: string) => named(all, row, value));
}

const named = (condition: string, row: string | undefined, value: string): string =>
  `${condition} AND ${row ?? ''}merchant_id = ${value}::uuid`;

/** A page of one merchant's rows, which a list takes out of a row source: `s1.value`, `k.merchant_id`. */
const IN_LIST =
  /(?:uuid_send\(([pw])\.merchant_id\) = uuid_send\(s\d+\.value\)|\b([pw])\.merchant_id = (?:s\d+\.value|k\.merchant_id))/g;

/** @param merchant the parameter that is the merchant */
export function routedList(text: string, merchant: string): string {
  return routed(text).replaceAll(IN_LIST, (all, one?: string, other?: string) =>
    named(all, `${(one ?? other)!}.`, merchant),
  );
}

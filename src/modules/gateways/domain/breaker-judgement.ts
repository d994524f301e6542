/** The spans that are judged, in seconds: a busy gateway is judged soon, and a quiet one by just as many orders. */
export const JUDGED_SECONDS = { soon: 15, late: 300 } as const;

/** A span with fewer orders is not judged. */
const ENOUGH_ORDERS = 10;

/** The results of the submissions in a span. Each order counts once, by its last result. */
export interface Results {
  readonly orders: number;
  /** Answered without an outcome, such as with a 5xx. The cause may be the data of the order itself. */
  readonly failed: number;
  /** Not answered at all. */
  readonly silent: number;
}

export interface SpanResults extends Results {
  /** The results of the merchant with the most failed orders. */
  readonly worst: Results;
}

/**
 * Whether a gateway's breaker should open: in a span of at least ten orders, most were not answered at all, or most had
 * no outcome. In the second case most orders must still lack an outcome when the merchant with the most failed orders
 * is left out, since that merchant's data may be the cause.
 *
 * @param merchants how many merchants submitted in the late span; if there is only one, there is nobody to compare with
 */
export function isDown(spans: readonly SpanResults[], merchants: number): boolean {
  return spans.some((span) => {
    if (span.orders < ENOUGH_ORDERS) return false;
    if (mostly(span.silent, span)) return true;
    return mostFail(span) && (merchants < 2 || mostFail(without(span.worst, span)));
  });
}

function mostFail(results: Results): boolean {
  return mostly(results.failed + results.silent, results);
}

/** More than half. False when there are no orders. */
function mostly(part: number, { orders }: Results): boolean {
  return part > orders / 2;
}

function without(some: Results, all: Results): Results {
  const orders = all.orders - some.orders;
  const failed = all.failed - some.failed;
  const silent = all.silent - some.silent;
  return { orders, failed, silent };
}

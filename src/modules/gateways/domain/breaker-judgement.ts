/** The spans that are judged, in seconds: a gateway with much to do is judged soon, one with little by as much. */
export const JUDGED_SECONDS = { soon: 15, late: 300 } as const;

/** How many orders make a judgement. */
const ENOUGH_ORDERS = 10;

/** Of the submissions of a span. Each order counts once, by its last result. */
export interface Results {
  readonly orders: number;
  /** Answered without an outcome, such as with a 5xx. Their own data may have brought that about. */
  readonly failed: number;
  /** Not answered at all. */
  readonly silent: number;
}

export interface SpanResults extends Results {
  /** The same of the merchant with most failed orders. */
  readonly worst: Results;
}

/**
 * Whether a gateway is to be left alone: most of at least ten orders had no outcome, and if answers without one are
 * among them, most of those of the other merchants too. What is not answered counts whoever's it is.
 *
 * @param merchants that have submitted in the late span: of one alone nobody else can say better
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

/** More than half, and not of none. */
function mostly(part: number, { orders }: Results): boolean {
  return part > orders / 2;
}

function without(some: Results, all: Results): Results {
  const [orders, failed, silent] = [all.orders - some.orders, all.failed - some.failed, all.silent - some.silent];
  return { orders, failed, silent };
}

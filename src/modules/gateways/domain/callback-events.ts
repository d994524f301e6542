/** The callback is not the gateway's, or is signed for another time. */
export class CallbackRefused extends Error {}

/**
 * The gateway has signed something that its documentation does not know, or that cannot be right: another status, a
 * success without a UTR. It proves nothing about the money: the order is inquired about, and a person should look.
 */
export interface Unrecognized {
  readonly kind: 'unrecognized';
  /** What the gateway has written, for the person who looks: `status "initiated"`. */
  readonly says: string;
}

/** An event that the gateway has signed, and of which not even id and reference can be read. */
export interface UnreadableEvent {
  /** Why, for the person who looks. */
  readonly unreadable: string;
}

/** @param status as the gateway has written it, whatever it is */
export function unrecognizedStatus(status: unknown): Unrecognized {
  return { kind: 'unrecognized', says: `status ${JSON.stringify(status) ?? 'missing'}` };
}

/** JSON of a signed body; undefined when it is none. */
export function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * The ending that an answer, unlike a callback, must have.
 * @throws Error when it is `unrecognized`: the outcome of the call is unknown
 */
export function documented<Ending extends { readonly kind: string }>(ending: Ending | Unrecognized): Ending {
  if (isUnrecognized(ending))
    throw new Error(`the gateway answered with what its documentation does not know: ${ending.says}`);
  return ending;
}

function isUnrecognized(ending: { readonly kind: string }): ending is Unrecognized {
  return ending.kind === 'unrecognized';
}

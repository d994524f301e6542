/** The callback is not the gateway's, or is signed for another time. */
export class CallbackRefused extends Error {}

/**
 * The gateway has signed something that its documentation does not mention, or that cannot be right: an unknown status,
 * a success without a UTR. It proves nothing about the money: an inquiry follows, and a person should look.
 */
export interface Unrecognized {
  readonly kind: 'unrecognized';
  /** What the gateway wrote, for the person who looks: `status "initiated"`. */
  readonly says: string;
}

/** An event that the gateway has signed, but whose id or reference cannot be read. */
export interface UnreadableEvent {
  /** Why, for the person who looks. */
  readonly unreadable: string;
}

/** @param status as the gateway wrote it, of whatever type */
export function unrecognizedStatus(status: unknown): Unrecognized {
  return { kind: 'unrecognized', says: `status ${JSON.stringify(status) ?? 'missing'}` };
}

/** The JSON of a signed body; undefined if the body is not JSON. */
export function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * The ending of an answer, which, unlike that of a callback, must be a documented one.
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

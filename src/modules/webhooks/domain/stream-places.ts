/** Per key, across all processes: a program that forgets to close its streams must not use up all connections. */
export const STREAMS_PER_KEY = 5;

export interface PlacedStream {
  readonly id: string;
  readonly keyId: string;
}

/** Which streams each key has open, whichever process serves them. */
export abstract class StreamPlaces {
  /** Takes a place for a new stream. @returns the ids of the key's oldest streams, which lose their places to it */
  abstract take(id: string, keyId: string): Promise<readonly string[]>;
  /** @returns the ids of the streams that still have their place, and whose key is still valid */
  abstract renew(streams: readonly PlacedStream[]): Promise<ReadonlySet<string>>;
  abstract leave(id: string): Promise<void>;
}

/**
 * A server that must not be used, because it is in recovery, of another cluster, or behind. Has the code of a server
 * that cannot be reached ("cannot connect now"), since it is the same to callers: nothing was done, and the right
 * server may appear.
 */
export class ServerRefused extends Error {
  readonly code = '57P03';

  constructor(why: string) {
    super(`The server is refused: ${why}`);
  }
}

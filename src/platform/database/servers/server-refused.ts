/**
 * A server that must not be worked on: in recovery, another one, or behind. Looks like one that cannot be reached
 * ("cannot connect now"), which it is for whoever waits: nothing was done, and the right one may come.
 */
export class ServerRefused extends Error {
  readonly code = '57P03';

  constructor(why: string) {
    super(`The server is refused: ${why}`);
  }
}

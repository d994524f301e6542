import type http from 'node:http';
import { failureOf, OutgoingFailure } from './outgoing-failure.js';

/**
 * It matters only that an answer came, so no more is read of it. Counted on the wire, heads and chunk sizes included.
 */
const MAX_READ_BYTES = 64 * 1_024;
const MAX_BODY_BYTES = 1_024;

/** How long to wait for the body once the status is there; only the beginning of the body is stored. */
const BODY_MS = 1_000;

export interface OutgoingAnswer {
  readonly statusCode: number;
  /** At most 1 kB of the body. */
  readonly beginning: Buffer;
}

const endless = (): Error => new OutgoingFailure('the answer has no end');

/**
 * Sends the body. Once the head of an answer has come, its status is the result, even if the body then breaks off,
 * stalls, trickles or never ends.
 * @throws OutgoingFailure, and the reason with which the signal was aborted
 */
export function answerOf(request: http.ClientRequest, body: Buffer, signal: AbortSignal): Promise<OutgoingAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let response: http.IncomingMessage | null = null;
    const endsWith = (failure: () => Error): void => {
      if (response === null) return reject(failure());
      // What came in one piece with the head has not been emitted yet; reading emits it.
      while (response.read() !== null) continue;
      resolve({ statusCode: response.statusCode!, beginning: Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES) });
    };
    request.on('error', (error) => endsWith(() => (signal.aborted ? (signal.reason as Error) : failureOf(error))));
    request.on('upgrade', (_response, socket) => {
      socket.destroy();
      reject(new OutgoingFailure('the answer switches protocols'));
    });
    let read = 0;
    // Runs after Node's own listener, which has already reported whatever this piece completes.
    request.on('socket', (socket) =>
      socket.on('data', (piece: Buffer) => {
        read += piece.length;
        if (read >= MAX_READ_BYTES) endsWith(endless);
      }),
    );
    request.on('response', (begun) => {
      response = begun;
      const ended = (): void => endsWith(endless);
      const timer = setTimeout(ended, BODY_MS);
      begun.on('data', (chunk: Buffer) => chunks.push(chunk));
      for (const event of ['end', 'error', 'close']) begun.on(event, ended);
      begun.on('close', () => clearTimeout(timer));
    });
    request.setHeader('content-length', body.length);
    request.end(body);
  });
}

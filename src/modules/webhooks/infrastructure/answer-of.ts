import type http from 'node:http';
import { failureOf, OutgoingFailure } from './outgoing-failure.js';

/** Nobody needs more of an answer than that it came: counted as it comes over the wire, heads and chunk sizes too. */
const MAX_READ_BYTES = 64 * 1_024;
const MAX_BODY_BYTES = 1_024;

/** Once the status is there, so long is waited for the body, of which only the beginning is stored. */
const BODY_MS = 1_000;

export interface OutgoingAnswer {
  readonly statusCode: number;
  /** At most 1 kB of it. */
  readonly beginning: Buffer;
}

const endless = (): Error => new OutgoingFailure('the answer has no end');

/**
 * Sends the body. From the moment at which the head of an answer is there, its status is the answer: a body that breaks
 * off, stalls, trickles or has no end takes nothing of it back.
 * @throws OutgoingFailure, and what the signal was aborted with
 */
export function answerOf(request: http.ClientRequest, body: Buffer, signal: AbortSignal): Promise<OutgoingAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let response: http.IncomingMessage | null = null;
    const endsWith = (failure: () => Error): void => {
      if (response === null) reject(failure());
      else resolve({ statusCode: response.statusCode!, beginning: Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES) });
    };
    request.on('error', (error) => endsWith(() => (signal.aborted ? (signal.reason as Error) : failureOf(error))));
    request.on('upgrade', (_response, socket) => {
      socket.destroy();
      reject(new OutgoingFailure('the answer switches protocols'));
    });
    let read = 0;
    // Behind Node's own listener: what a piece completes is known by now.
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

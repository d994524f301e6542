import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { DomainError } from '../../../shared/domain-error.js';
import { problemOf } from '../problems/problems.js';
import { protocolErrorOf } from './problem-filter.js';
import { ProtocolError } from '../problems/refusals.js';

/** RFC 9110 §4.1 asks for at least 8,000. Node's limit of 16 kB for request line and headers is higher. */
export const MAX_URL_LENGTH = 8_000;

/** How long a refused client may take to read the answer before the connection is cut. */
const LINGER_MS = 1_000;

/** What Node's parser adds to the error: the bytes that it was reading. */
type ParserError = Error & { code?: string; rawPacket?: Buffer };

/**
 * Answers what Node's parser could not read as HTTP. There is no request and no reply, only the socket.
 *
 * The socket is ended and not destroyed: with bytes of the client still unread, a destroyed one would reset the
 * connection, and the client would see a network error in place of the answer (RFC 9112 §9.6).
 */
export function answerMalformedHttp(requestId: string, error: ParserError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) {
    socket.destroy();
    return;
  }
  // Called again for each packet that follows the broken one.
  if (socket.writableEnded) return;
  if (!hasAnswerBegun(socket)) socket.write(responseOf(refusalOf(error), requestId));
  socket.end();
  const cut = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(cut));
}

/**
 * Node answers an unknown `Expect` with an empty 417, and closes the connection on CONNECT without an answer. The first
 * becomes a request like any other, whose headers are refused; the second gets its refusal here.
 */
export function answerInPlaceOfNode(server: Server, nextRequestId: () => string): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('connect', (_request, socket) => {
    // A client that resets the connection must not end the process.
    socket.on('error', () => socket.destroy());
    answerMalformedHttp(nextRequestId(), new Error('CONNECT'), socket as Socket);
  });
}

function refusalOf(error: ParserError): DomainError {
  if (error.code === 'HPE_HEADER_OVERFLOW' && hasLongUrl(error.rawPacket))
    return new ProtocolError('uri_too_long', `The URL has more than ${MAX_URL_LENGTH} characters.`);
  return protocolErrorOf(error) ?? new ProtocolError('malformed_request', 'The request is not valid HTTP.');
}

/** The parser counts request line and headers together; the first line shows which of them is too long. */
function hasLongUrl(packet: Buffer | undefined): boolean {
  if (packet === undefined || !/^[A-Z]{3,8} \//.test(packet.toString('latin1', 0, 16))) return false;
  const lineEnd = packet.indexOf('\r\n');
  return lineEnd === -1 || lineEnd > MAX_URL_LENGTH;
}

/** Whether Node is already writing a response to the socket: a second one in the middle would garble both. */
function hasAnswerBegun(socket: Socket): boolean {
  return (socket as Socket & { _httpMessage?: { headersSent: boolean } })._httpMessage?.headersSent === true;
}

function responseOf(refusal: DomainError, requestId: string): string {
  const { status, contentType, body } = problemOf(refusal, requestId);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${contentType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

import { client } from './generated/client.gen.ts';
import { ConnectionLost, errorOf, ProblemError } from './problem.ts';
import { noteAnswer } from './reach.ts';
import { noteDate } from './service-clock.ts';
import { currentSession, endSession, headersOf } from './session.ts';

/** After this time a request fails: a dead connection does not report it, and nobody waits longer. */
const ANSWER_WITHIN_MS = 60_000;

/**
 * Sets up the generated client: the key in a header, problem documents as errors. Called once, before the first
 * request.
 */
export function connectClient(): void {
  client.setConfig({ baseUrl: '', cache: 'no-store', credentials: 'omit', fetch: fetchInTime as typeof fetch });
  client.interceptors.request.use((request) => {
    const session = currentSession();
    if (session === null || request.headers.has('X-API-KEY')) return request;
    for (const [name, value] of Object.entries(headersOf(session))) request.headers.set(name, value);
    return request;
  });
  client.interceptors.response.use((response) => {
    noteDate(response.headers);
    if (response.ok) noteAnswer(true);
    return response;
  });
  client.interceptors.error.use((body, response, request) => {
    const error = errorOf(body, response);
    if (error instanceof ProblemError || error instanceof ConnectionLost) noteAnswer(error instanceof ProblemError);
    const key = request.headers.get('X-API-KEY');
    if (error instanceof ProblemError && error.code === 'unauthenticated' && key !== null) endSession(key);
    return error;
  });
}

const fetchInTime = (request: Request): Promise<Response> =>
  fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]) });

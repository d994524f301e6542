import { client } from './generated/client.gen.ts';
import { errorOf, ProblemError } from './problem.ts';
import { noteDate } from './service-clock.ts';
import { currentSession, endSession, headersOf } from './session.ts';

/** Makes the generated client ours: the key in a header, problem documents as errors. Once, before the first request. */
export function connectClient(): void {
  client.setConfig({ baseUrl: '', cache: 'no-store', credentials: 'omit' });
  client.interceptors.request.use((request) => {
    const session = currentSession();
    if (session === null || request.headers.has('X-API-KEY')) return request;
    for (const [name, value] of Object.entries(headersOf(session))) request.headers.set(name, value);
    return request;
  });
  client.interceptors.response.use((response) => {
    noteDate(response.headers);
    return response;
  });
  client.interceptors.error.use((body, response, request) => {
    const error = errorOf(body, response);
    const key = request.headers.get('X-API-KEY');
    if (error instanceof ProblemError && error.code === 'unauthenticated' && key !== null) endSession(key);
    return error;
  });
}

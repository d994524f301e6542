import { assertDocumented } from './documented-answer.js';

/**
 * `fetch` for requests that the tests' client does not send: callbacks, broken bodies, paths outside the API. The
 * answer is still compared with the OpenAPI document.
 */
export async function documentedFetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, init);
  const { status, headers } = response;
  const text = await response.clone().text();
  const isJson = /\bjson\b/.test(headers.get('content-type') ?? '');
  const { pathname, search } = new URL(url);
  const asked = { method: init.method ?? 'GET', path: `${pathname}${search}`, body: undefined };
  assertDocumented(asked, { status, headers, text, body: isJson ? JSON.parse(text) : text });
  return response;
}

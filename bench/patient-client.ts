import { setTimeout as pause } from 'node:timers/promises';
import type { BenchMerchant } from './merchants.js';

/** Long enough for an answer, unless the process that gives it is stopped or dead. */
const ANSWER_MS = 10_000;
const ASK_AGAIN_MS = 200;

/** Repeats a request, with the same key, until there is an answer. */
export class PatientClient {
  constructor(private readonly port: number) {}

  /**
   * Sends an order of a merchant that may be inactive for a moment.
   * @throws Error that says what was refused; a conflict is an answer
   */
  async order({ apiKey }: BenchMerchant, path: string, body: object, key: string) {
    for (;;) {
      const { status, answer } = await this.request('POST', path, apiKey, body, key);
      const isAnswer = answer !== null && answer['code'] !== 'merchant_inactive';
      if (!isAnswer) await pause(ASK_AGAIN_MS);
      else if (status >= 400 && status !== 409)
        throw new Error(`POST ${path} was refused with ${status}: ${JSON.stringify(answer)}`);
      else return { status, body: answer };
    }
  }

  /** Repeats the request until there is an answer; a server error is not one. */
  async request(method: string, path: string, apiKey: string, body: object, key?: string) {
    const headers = { 'x-api-key': apiKey, 'content-type': 'application/json' };
    const url = `http://127.0.0.1:${this.port}/api/v1${path}`;
    for (;;) {
      const answer = await fetch(url, {
        method,
        headers: key === undefined ? headers : { ...headers, 'idempotency-key': key },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_MS),
      }).catch(() => null);
      const text = (await answer?.text().catch(() => '')) ?? '';
      if (answer !== null && answer.status < 500 && text !== '')
        return { status: answer.status, answer: JSON.parse(text) as Record<string, unknown> };
      await pause(ASK_AGAIN_MS);
    }
  }
}

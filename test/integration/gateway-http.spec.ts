import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ask, askForPage } from '../../src/modules/gateways/infrastructure/gateway-http.js';
import { AskLater } from '../../src/modules/gateways/domain/listed-orders.js';
import { BankDouble, type DoubleAnswer } from '../support/bank-double.js';

/** Answers what the test sets. */
class FixedAnswerDouble extends BankDouble {
  fixedAnswer: DoubleAnswer = { status: 200, json: {} };

  protected override answer(): Promise<DoubleAnswer> {
    return Promise.resolve(this.fixedAnswer);
  }
}

let bank: FixedAnswerDouble;

beforeAll(async () => {
  bank = await new FixedAnswerDouble({ slowAnswerMs: 0, settlementMs: 0, returnMs: 0 }).listen();
});

afterAll(() => bank.close());

function askNow(fixedAnswer: DoubleAnswer, signal = AbortSignal.timeout(5_000)) {
  bank.fixedAnswer = fixedAnswer;
  return ask(`${bank.url}/x`, { method: 'POST', headers: { 'x-key': 'k' }, body: { paise: 100 }, signal });
}

describe('a question to a bank', () => {
  it('is JSON, and so is the answer, of which the digest is stored', async () => {
    const answer = await askNow({ status: 422, json: { code: 'no' } });
    expect(answer).toEqual({
      status: 422,
      json: { code: 'no' },
      digest: createHash('sha256').update('{"code":"no"}').digest('hex'),
    });
    expect(bank.requests.at(-1)).toMatchObject({ method: 'POST', path: '/x', json: { paise: 100 } });
  });

  it.each<[string, DoubleAnswer, string]>([
    ['a page', { status: 200, text: '<html>5010001234 0001</html>' }, 'the bank answered 200 with what is no JSON'],
    ['nothing', { status: 204, text: '' }, 'the bank answered 204 with what is no JSON'],
    ['a redirect', { status: 307, text: '', headers: { location: 'http://127.0.0.1:1' } }, 'the bank redirects (307)'],
    ['without end', { status: 200, text: `"${'x'.repeat(300_000)}"` }, "the bank's answer has more than 262144 bytes"],
  ])('fails, and quotes nothing, when the answer is %s', async (_, fixedAnswer, message) => {
    await expect(askNow(fixedAnswer)).rejects.toThrow(new Error(message));
  });

  it('ends when its time is over, and when nobody listens', async () => {
    await expect(askNow('hangs', AbortSignal.timeout(100))).rejects.toThrow();
    const gone = await new FixedAnswerDouble({ slowAnswerMs: 0, settlementMs: 0, returnMs: 0 }).listen();
    const { url } = gone;
    await gone.close();
    const nobody = ask(url, { method: 'GET', headers: {}, signal: AbortSignal.timeout(5_000) });
    await expect(nobody).rejects.toThrow('the bank could not be reached: ECONNREFUSED');
  });
});

describe('a page of a bank’s list', () => {
  function pageOf(fixedAnswer: DoubleAnswer): Promise<unknown> {
    bank.fixedAnswer = fixedAnswer;
    return askForPage('The bank', `${bank.url}/x`, { headers: {}, signal: AbortSignal.timeout(5_000) });
  }

  it('may be larger than an answer about one transfer', async () => {
    const json = { items: 'x'.repeat(300_000) };
    expect(await pageOf({ status: 200, json })).toEqual(json);
  });

  it.each<[string, DoubleAnswer, Error]>([
    ['an error', { status: 503, json: {} }, new Error('The bank answered 503')],
    ['a page of HTML', { status: 502, text: '<html>Bad gateway</html>' }, new Error('The bank answered 502')],
    [
      'how long to wait',
      { status: 429, text: 'Slow down', headers: { 'retry-after': '7' } },
      new AskLater('The bank answered 429', 7),
    ],
    [
      'until when to wait, which is left to whoever asks',
      { status: 503, text: '', headers: { 'retry-after': 'Fri, 31 Dec 2027 23:59:59 GMT' } },
      new Error('The bank answered 503'),
    ],
  ])('is none when the bank answers with %s', async (_, fixedAnswer, error) => {
    const thrown = await pageOf(fixedAnswer).catch((reason: unknown) => reason);
    expect(thrown).toEqual(error);
    expect((thrown as AskLater).afterSeconds).toBe((error as AskLater).afterSeconds);
  });
});

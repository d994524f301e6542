import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ask } from '../../src/modules/gateways/infrastructure/gateway-http.js';
import { BankDouble, type DoubleAnswer } from '../support/bank-double.js';

/** Answers what the test says. */
class Teller extends BankDouble {
  said: DoubleAnswer = { status: 200, json: {} };

  protected override answer(): Promise<DoubleAnswer> {
    return Promise.resolve(this.said);
  }
}

let teller: Teller;

beforeAll(async () => {
  teller = await new Teller({ slowAnswerMs: 0, settlementMs: 0, returnMs: 0 }).listen();
});

afterAll(() => teller.close());

function askNow(said: DoubleAnswer, signal = AbortSignal.timeout(5_000)) {
  teller.said = said;
  return ask(`${teller.url}/x`, { method: 'POST', headers: { 'x-key': 'k' }, body: { paise: 100 }, signal });
}

describe('a question to a bank', () => {
  it('is JSON, and so is the answer, of which the digest is stored', async () => {
    const answer = await askNow({ status: 422, json: { code: 'no' } });
    expect(answer).toEqual({
      status: 422,
      json: { code: 'no' },
      digest: createHash('sha256').update('{"code":"no"}').digest('hex'),
    });
    expect(teller.requests.at(-1)).toMatchObject({ method: 'POST', path: '/x', json: { paise: 100 } });
  });

  it.each<[string, DoubleAnswer, string]>([
    ['a page', { status: 200, text: '<html>5010001234 0001</html>' }, 'the bank answered 200 with what is no JSON'],
    ['nothing', { status: 204, text: '' }, 'the bank answered 204 with what is no JSON'],
    ['a redirect', { status: 307, text: '', headers: { location: 'http://127.0.0.1:1' } }, 'the bank redirects (307)'],
    ['without end', { status: 200, text: `"${'x'.repeat(300_000)}"` }, "the bank's answer has more than 262144 bytes"],
  ])('fails, and quotes nothing, when the answer is %s', async (_, said, message) => {
    await expect(askNow(said)).rejects.toThrow(new Error(message));
  });

  it('ends when its time is over, and when nobody listens', async () => {
    await expect(askNow('hangs', AbortSignal.timeout(100))).rejects.toThrow();
    const gone = await new Teller({ slowAnswerMs: 0, settlementMs: 0, returnMs: 0 }).listen();
    const { url } = gone;
    await gone.close();
    const nobody = ask(url, { method: 'GET', headers: {}, signal: AbortSignal.timeout(5_000) });
    await expect(nobody).rejects.toThrow('the bank could not be reached: ECONNREFUSED');
  });
});

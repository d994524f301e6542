import { describe, expect, it } from 'vitest';
import { answerOf, NO_ANSWER } from './answer.ts';

const problem = (status: number, members: object, type = 'application/problem+json'): Response =>
  new Response(
    JSON.stringify({ type: '/problems/x', title: 'X', status, detail: 'No.', request_id: 'r1', ...members }),
    {
      status,
      headers: { 'content-type': type, 'retry-after': '7' },
    },
  );

describe('an answer to a payout', () => {
  it('says which payout was made, and whether an earlier try has made it', async () => {
    const replay = new Response('{"id":"p1"}', { status: 200, headers: { 'idempotent-replayed': 'true' } });
    expect(await answerOf(new Response('{"id":"p1"}', { status: 201 }))).toEqual({
      kind: 'paid',
      orderId: 'p1',
      how: 'made',
    });
    expect(await answerOf(replay)).toMatchObject({ kind: 'paid', how: 'replayed' });
  });

  it('is a refusal with all that can be shown of it', async () => {
    const errors = [{ pointer: '#/narration', detail: 'Too long.' }, { pointer: 5 }];
    expect(await answerOf(problem(400, { code: 'validation_failed', errors, limit: 3 }))).toEqual({
      kind: 'refused',
      isRemembered: false,
      refusal: {
        status: 400,
        code: 'validation_failed',
        detail: 'No.',
        requestId: 'r1',
        errors: [errors[0]],
        members: { limit: 3 },
      },
    });
  });

  it('counts for good where the key remembers it', async () => {
    for (const code of ['insufficient_funds', 'limit_exceeded', 'refund_exceeds_payment', 'duplicate_reference'])
      expect(await answerOf(problem(422, { code }))).toMatchObject({ isRemembered: true });
    for (const code of ['merchant_inactive', 'too_many_open_refunds', 'rate_limited'])
      expect(await answerOf(problem(422, { code }))).toMatchObject({ isRemembered: false });
  });

  it('names the payout that an earlier try under the key has made', async () => {
    expect(await answerOf(problem(409, { code: 'answered_before', created_id: 'p1' }))).toMatchObject({
      kind: 'paid',
      orderId: 'p1',
    });
    expect(await answerOf(problem(409, { code: 'answered_before', created_id: null }))).toMatchObject({
      kind: 'refused',
      isRemembered: true,
    });
  });

  it.each([408, 500, 503, 504])('leaves the outcome unknown with %i', async (status) => {
    expect(await answerOf(problem(status, { code: 'overloaded' }))).toEqual({ kind: 'unknown', retryAfterSeconds: 7 });
  });

  it('leaves it unknown where somebody else answers', async () => {
    expect(await answerOf(new Response('<html>Not found</html>', { status: 404 }))).toEqual(NO_ANSWER);
    expect(await answerOf(new Response('<html>Fine</html>', { status: 200 }))).toEqual(NO_ANSWER);
    expect(await answerOf(new Response('{"id":"p1"', { status: 201 }))).toEqual(NO_ANSWER);
    expect(await answerOf(problem(404, { code: 'x' }, 'application/json'))).toMatchObject({ kind: 'unknown' });
  });
});

import { Injectable } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { type HookMessage, type HookResult, HookSender } from '../domain/hook-sender.js';
import { WebhookUrlRefused } from '../domain/refusals.js';
import { WebhookSettings } from '../webhooks.settings.js';
import { OutgoingPost } from './outgoing-post.js';
import { signedHeaders } from './standard-webhooks.js';

/** For people; programs read `failure` too, so each is a few words that stay. */
const FAILURES: Readonly<Record<string, string>> = {
  ETIMEDOUT: 'no answer in time',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection broken off',
  EPIPE: 'connection broken off',
  ENETUNREACH: 'unreachable',
  EHOSTUNREACH: 'unreachable',
};

@Injectable()
export class HttpHookSender extends HookSender {
  private readonly outgoing: OutgoingPost;

  constructor({ allowLoopback, proxy }: WebhookSettings) {
    super();
    this.outgoing = new OutgoingPost({ allowLoopback, proxy: proxy === null ? null : new URL(proxy) });
  }

  override check(url: string): Promise<void> {
    return this.outgoing.check(url);
  }

  override async send({ url, id, at, body, secrets }: HookMessage): Promise<HookResult> {
    const began = performance.now();
    const durationMs = (): number => Math.round(performance.now() - began);
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Bahi-Webhooks',
      ...signedHeaders({ id, at, body }, secrets),
    };
    try {
      const { statusCode, beginning } = await this.outgoing.post(url, headers, body);
      return { statusCode, answer: textOf(beginning), failure: null, durationMs: durationMs() };
    } catch (error) {
      return { statusCode: null, answer: null, failure: failureOf(error), durationMs: durationMs() };
    }
  }
}

/** What PostgreSQL takes and a terminal shows: a character that was cut in two, and control characters, are replaced. */
function textOf(bytes: Buffer): string {
  return bytes.toString('utf8').replaceAll(/[^\P{Cc}\t\n\r]/gu, '\ufffd');
}

function failureOf(error: unknown): string {
  if (error instanceof WebhookUrlRefused) return error.message;
  const { code, message, errors } = error as NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] };
  // Of several addresses each has its own; the last one says as much as any.
  const known = code ?? errors?.at(-1)?.code;
  if (known !== undefined) return FAILURES[known] ?? known;
  return message.slice(0, 200);
}

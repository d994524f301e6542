import { Injectable, Logger } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { GatewayHosts } from '../../gateways/gateways.public.js';
import { type HookMessage, type HookResult, HookSender } from '../domain/hook-sender.js';
import { WebhookUrlRefused } from '../domain/refusals.js';
import { WebhookSettings } from '../webhooks.settings.js';
import { failureOf, OutgoingFailure } from './outgoing-failure.js';
import { OutgoingPost } from './outgoing-post.js';
import { signedHeaders } from './standard-webhooks.js';

/** The length of an answer that is stored, as UTF-8. */
const MAX_ANSWER_BYTES = 1_024;

@Injectable()
export class HttpHookSender extends HookSender {
  private readonly logger = new Logger('webhooks');
  private readonly outgoing: OutgoingPost;
  /** The reason why nothing can be sent at all, which is logged when it begins and not for each attempt. */
  private loggedReason: string | null = null;

  constructor({ allowLoopback, proxy, refusedNetworks }: WebhookSettings, { hosts: refusedHosts }: GatewayHosts) {
    super();
    this.outgoing = new OutgoingPost({
      allowLoopback,
      refusedNetworks,
      refusedHosts,
      proxy: proxy === null ? null : new URL(proxy),
    });
  }

  override check(url: string): Promise<void> {
    return this.outgoing.check(url);
  }

  override async send({ url, id, at, body, secrets }: HookMessage, stop: AbortSignal): Promise<HookResult> {
    const began = performance.now();
    const durationMs = (): number => Math.round(performance.now() - began);
    try {
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Bahi-Webhooks',
        ...signedHeaders({ id, at, body }, secrets),
      };
      const { statusCode, beginning } = await this.outgoing.post(url, headers, body, stop);
      this.loggedReason = null;
      return { statusCode, answer: textOf(beginning), failure: null, fault: null, durationMs: durationMs() };
    } catch (error) {
      const { reason, fault } =
        error instanceof WebhookUrlRefused ? new OutgoingFailure(error.message) : failureOf(error);
      if (fault === 'egress') this.logOnce(reason);
      return { statusCode: null, answer: null, failure: reason, fault, durationMs: durationMs() };
    }
  }

  private logOnce(reason: string): void {
    if (reason !== this.loggedReason)
      this.logger.error(`webhooks cannot be sent, and wait until this is fixed: ${reason}`);
    this.loggedReason = reason;
  }
}

/** Text that PostgreSQL accepts and a terminal can show: invalid UTF-8 and control characters are replaced. */
function textOf(bytes: Buffer): string {
  const text = wholeCharacters(bytes).replaceAll(/[^\P{Cc}\t\n\r]/gu, '\ufffd');
  return wholeCharacters(Buffer.from(text).subarray(0, MAX_ANSWER_BYTES));
}

/** Leaves out a last character that was cut off. */
function wholeCharacters(bytes: Buffer): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true });
}

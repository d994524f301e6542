import { describe, expect, it } from '@jest/globals';
import { printDemo } from './print-demo.js';

describe('what a start prints of the demo', () => {
  const linesWith = (allowLoopback: boolean): string => {
    const lines: string[] = [];
    printDemo('http://127.0.0.1:8000', { allowLoopback }, (line) => lines.push(line));
    return lines.join('\n');
  };

  it('says how webhooks are tried on this machine, and, once they may be, how an endpoint is made', () => {
    expect(linesWith(false)).toContain('start with WEBHOOK_ALLOW_LOOPBACK=1');
    expect(linesWith(false)).not.toContain('/webhook-endpoints');
    expect(linesWith(true)).toContain(
      `curl -s -X POST http://127.0.0.1:8000/api/v1/webhook-endpoints -H 'Authorization: Api-Key api-key-acme-agency' ` +
        `-H 'Content-Type: application/json' -d '{"url":"http://127.0.0.1:3000/hook"}'`,
    );
  });
});

// @vitest-environment node
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LiveEvent } from './position.ts';
import { SharedStream } from './shared-stream.ts';

/** The locks of a browser, as far as they are used here: one holder, the others in a queue. */
class Locks {
  private readonly lines = new Map<string, Promise<unknown>>();

  request(name: string, { signal }: { signal: AbortSignal }, work: () => Promise<void>): Promise<void> {
    const line = this.lines.get(name) ?? Promise.resolve();
    const turn = line.then(() => (signal.aborted ? Promise.reject(signal.reason as Error) : work()));
    this.lines.set(
      name,
      turn.catch(() => undefined),
    );
    return turn;
  }
}

/** A service that has the events 1 to `last`, and records what it was asked. */
class Service {
  readonly asked: (string | null)[] = [];
  readonly open = new Set<ServerResponse>();
  last = 0;
  status = 200;
  private readonly server: Server = createServer((request, response) => this.answer(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  emit(sequence = this.last + 1): void {
    this.last = sequence;
    for (const response of this.open) response.write(this.text(sequence));
  }

  cut(): void {
    for (const response of this.open) response.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer({ headers }: IncomingMessage, response: ServerResponse): void {
    const after = headers['last-event-id'];
    this.asked.push(typeof after === 'string' ? after : null);
    if (this.status !== 200) {
      response.writeHead(this.status).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write(':\n\n');
    for (let n = Number(after ?? this.last) + 1; n <= this.last; n += 1) response.write(this.text(n));
    this.open.add(response);
    response.on('close', () => this.open.delete(response));
  }

  private text(sequence: number): string {
    return `id: ${sequence}\ndata: ${JSON.stringify({ id: `e${sequence}`, type: 'x', merchant_id: 'm', sequence, data: { object: {} } })}\n\n`;
  }
}

describe('the event stream of a browser', () => {
  let service: Service;
  let url: string;
  let tabs: SharedStream[];

  beforeEach(async () => {
    service = new Service();
    url = await service.listen();
    tabs = [];
    Object.defineProperty(globalThis, 'navigator', { value: { locks: new Locks() }, configurable: true });
  });
  afterEach(async () => {
    for (const tab of tabs) tab.stop();
    await service.close();
  });

  function openTab(scope = 'key-1', at = url) {
    const seen = {
      events: [] as number[],
      resets: 0,
      states: [] as string[],
      refused: 0,
      stop: () => stream.stop(),
      renew: () => stream.renew(),
    };
    const stream = new SharedStream({
      scope,
      url: at,
      headers: { 'X-API-KEY': 'k' },
      onEvent: ({ sequence }: LiveEvent) => seen.events.push(sequence),
      onReset: () => (seen.resets += 1),
      onState: (state) => seen.states.push(state),
      onRefused: () => (seen.refused += 1),
    });
    tabs.push(stream);
    return seen;
  }

  it('is one for all tabs, and each tab sees each event once and in order', async () => {
    const first = openTab();
    const second = openTab();
    await until(() => first.states.includes('live') && second.states.includes('live'));
    for (let n = 0; n < 5; n += 1) service.emit();
    await until(() => first.events.length === 5 && second.events.length === 5);
    expect([first.events, second.events, service.open.size]).toEqual([[1, 2, 3, 4, 5], [1, 2, 3, 4, 5], 1]);
  });

  it('goes on in the next tab behind the last event, when the tab that read it is closed', async () => {
    const first = openTab();
    const second = openTab();
    await until(() => second.states.includes('live'));
    service.emit();
    await until(() => second.events.length === 1);
    service.last = 3;
    first.stop();
    await until(() => second.events.length === 3);
    expect([second.events, service.asked.at(-1)]).toEqual([[1, 2, 3], '1']);
  });

  it('takes what came while the connection was lost', async () => {
    const tab = openTab();
    await until(() => tab.states.includes('live'));
    service.emit();
    await until(() => tab.events.length === 1);
    service.last = 4;
    service.cut();
    await until(() => tab.events.length === 4);
    expect(tab.events).toEqual([1, 2, 3, 4]);
  });

  it('has tabs read again what they showed before they were told of events', async () => {
    const first = openTab();
    await until(() => first.states.includes('live'));
    const second = openTab();
    await until(() => second.states.includes('live'));
    expect([first.resets > 0, second.resets > 0]).toEqual([true, true]);
  });

  it('says so where it cannot be had, and when it can be again', async () => {
    service.status = 503;
    const tab = openTab();
    await until(() => tab.states.includes('polling'));
    service.status = 200;
    await until(() => tab.states.includes('live'));
    expect(tab.states).toEqual(['polling', 'live']);
  });

  it('is opened anew behind the last event when the network is back, whatever the old connection says', async () => {
    const tab = openTab();
    await until(() => tab.states.includes('live'));
    service.emit();
    await until(() => tab.events.length === 1);
    // The old connection never gets this event.
    service.last = 2;
    tab.renew();
    await until(() => tab.events.length === 2);
    expect([service.asked, tab.states]).toEqual([[null, '1'], ['live']]);
  });

  it('ends in every tab with its key', async () => {
    service.status = 401;
    const first = openTab();
    const second = openTab();
    await until(() => first.refused > 0 && second.refused > 0);
  });

  it('never crosses from one sign-in to another', async () => {
    const elsewhere = new Service();
    const one = openTab('key-1');
    const other = openTab('key-2', await elsewhere.listen());
    await until(() => one.states.includes('live') && other.states.includes('live'));
    service.emit();
    elsewhere.last = 6;
    elsewhere.emit();
    await until(() => one.events.length === 1 && other.events.length === 1);
    expect([one.events, other.events]).toEqual([[1], [7]]);
    await elsewhere.close();
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !condition(); await new Promise((resolve) => setTimeout(resolve, 10)))
    if (Date.now() > end) throw new Error(`It never was so: ${String(condition)}`);
}

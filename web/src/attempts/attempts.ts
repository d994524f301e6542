import type { Answer } from './answer.ts';
import { type Attempt, beginTry, endLookUp, endTry, nextStep, propose, type Step, withdraw } from './attempt.ts';

/** Stores the attempts of one merchant at one kind of order, for all tabs of the browser. */
export interface AttemptVault {
  read(): Promise<readonly Attempt[]>;
  /** Reads, decides and writes atomically, whichever tab asks. The change is on disk when this returns. */
  change<T>(decide: (attempts: readonly Attempt[]) => readonly [readonly Attempt[], T]): Promise<T>;
  /** Calls back after a change by any tab. @returns a function that ends this */
  watch(callback: () => void): () => void;
}

/** What `Attempts` needs from the service. */
export interface OrderService {
  /** Milliseconds by the service's clock, as far as it is known. */
  now(): number;
  newKey(): string;
  /** How long the service remembers keys. @throws while the service cannot be asked */
  windowMs(): Promise<number>;
  /** Never throws: a missing answer is a result too. */
  post(key: string, body: string): Promise<Answer>;
  /**
   * The id of the order made under this key, or if none is known, the ids of orders like `body` made since then.
   * @throws while the service cannot be asked
   */
  find(order: { readonly key: string; readonly body: string }, since: number): Promise<readonly string[]>;
}

/** The orders that people of one merchant intend, from this tab and others, each carried out at most once. */
export class Attempts {
  private readonly sending = new Set<string>();

  constructor(
    readonly vault: AttemptVault,
    private readonly service: OrderService,
  ) {}

  /** @returns the open attempt at this body if there is one, otherwise a new one */
  async propose(body: string): Promise<Attempt> {
    const fresh = { body, key: this.service.newKey(), now: this.service.now() };
    return this.vault.change((attempts) => propose(attempts, fresh));
  }

  /** Takes back an attempt that was never sent. */
  async withdraw(key: string): Promise<void> {
    await this.vault.change((attempts) => [withdraw(attempts, key), undefined]);
  }

  /**
   * Sends the attempt, or looks it up if its key may no longer count. Runs once, however many clicks there are.
   * @throws while the service cannot be asked for its window or for the order; nothing was sent in that case
   */
  async pay(key: string): Promise<void> {
    if (this.sending.has(key)) return;
    this.sending.add(key);
    try {
      await this.step(key);
    } finally {
      this.sending.delete(key);
    }
  }

  /** Proposes an attempt and sends it. @returns the attempt as it is afterwards @throws as `pay` */
  async send(body: string): Promise<Attempt> {
    const { key } = await this.propose(body);
    await this.pay(key);
    return this.change(key, (attempt) => [attempt, attempt]);
  }

  private async step(key: string): Promise<void> {
    const windowMs = await this.service.windowMs();
    const now = this.service.now();
    const [step, attempt] = await this.change(key, (attempt): [Attempt, [Step, Attempt]] => {
      const step = nextStep(attempt, now);
      const next = step === 'send' ? beginTry(attempt, now, windowMs) : attempt;
      return [next, [step, next]];
    });
    if (step === 'send') {
      const answer = await this.service.post(key, attempt.body);
      await this.change(key, (attempt) => [endTry(attempt, answer), undefined]);
    }
    if (step === 'look_up') await this.lookUp(attempt, now);
  }

  private async lookUp({ key, body, birth, madeAt }: Attempt, now: number): Promise<void> {
    const found = await this.service.find({ key, body }, birth?.at ?? madeAt);
    await this.vault.change((attempts) => {
      const taken = attempts.map(({ ending }) => (ending?.kind === 'paid' ? ending.orderId : null));
      const orderId = found.find((id) => !taken.includes(id)) ?? null;
      return [attempts.map((one) => (one.key === key ? endLookUp(one, orderId, now) : one)), undefined];
    });
  }

  private change<T>(key: string, decide: (attempt: Attempt) => readonly [Attempt, T]): Promise<T> {
    return this.vault.change((attempts) => {
      const attempt = attempts.find((one) => one.key === key);
      if (attempt === undefined) throw new Error(`there is no attempt ${key}`);
      const [next, result] = decide(attempt);
      return [attempts.map((one) => (one === attempt ? next : one)), result];
    });
  }
}

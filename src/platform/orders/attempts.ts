import type { FastifyRequest } from 'fastify';
import { type AnswerTally, unchangedSoFar } from '../../shared/submissions/answer-tally.js';
import type { AnswerRecord } from '../../shared/submissions/gateway-answer.js';
import type { Slice } from '../../shared/slice.js';
import type { TimelineEntry } from '../../shared/submissions/timeline.js';
import { type Page, type PageQuery, PageRequest } from '../http/lists/pages.js';
import type { Principal } from '../http/access/principal.js';
import type { ResourceRequest } from '../http/endpoints/request-params.js';
import { shownReason } from './timeline-page.js';

/** An answer of a gateway about one attempt, as the API shows it. */
export interface AnswerView {
  readonly kind: string;
  readonly ending: string;
  readonly reason: string | null;
  readonly response_digest: string;
  readonly asked_at: string;
  readonly answered_at: string;
}

/** One submission of an order to its gateway, and what the gateway has said about it. */
export interface AttemptView {
  readonly attempt: number;
  readonly gateway: string;
  readonly reference: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly ending: string | null;
  readonly answers: readonly AnswerView[];
  readonly unchanged_inquiries: number;
  readonly last_unchanged_at: string | null;
}

type Data = TimelineEntry<string>['data'];

/** What one kind of order shows in addition. */
export interface ShownBesides<Attempt extends AttemptView = AttemptView> {
  readonly ofAttempt: (begun: Data) => Omit<Attempt, keyof AttemptView>;
  readonly ofAnswer: (answer: AnswerRecord) => Omit<Attempt['answers'][number], keyof AnswerView>;
}

const NOTHING: ShownBesides = { ofAttempt: () => ({}), ofAnswer: () => ({}) };

/** An order that was submitted, and how the entries about its attempts are read. */
export interface AttemptedOrder {
  readonly id: string;
  readonly gateway: string | null;
  readonly attempts: number;
  readonly answers: AnswerTally;
  /** The entries about these attempts, both included, and the entry with which the next one begins. */
  entries(from: number, to: number): Promise<readonly TimelineEntry<string>[]>;
}

/**
 * A page of an order's attempts, the oldest first.
 * @throws CursorInvalid, and what `find` throws
 */
export async function attemptsPage(
  { caller }: ResourceRequest,
  query: PageQuery,
  request: FastifyRequest,
  find: () => Promise<AttemptedOrder>,
  besides: ShownBesides = NOTHING,
): Promise<Page<AttemptView>> {
  const page = PageRequest.oldestFirst(query, request);
  const order = await find();
  const numbers = numbersFor(page, order.attempts);
  const entries = numbers.length === 0 ? [] : await order.entries(Math.min(...numbers), Math.max(...numbers));
  const views = attemptViews(order, entries, caller, besides);
  return page.page(numbers, String, (number) => views.get(number)!);
}

/** The numbers from 1 to `count` that the page asks for, in the order in which it reads. */
function numbersFor({ take, order, offset, after, before }: Slice, count: number): number[] {
  const low = Number(after ?? 0);
  const high = Number(before ?? count + 1);
  const numbers = Array.from({ length: count }, (_, i) => i + 1).filter((number) => number > low && number < high);
  return (order === 'ASC' ? numbers : numbers.reverse()).slice(offset, offset + take);
}

/**
 * The attempts by their numbers, from the timeline: each begins with an entry that names it (`….processing`), and has
 * the answers to it. The unchanged inquiries of an attempt are counted in the entry with which the next attempt begins;
 * those of the last attempt, in the order.
 */
function attemptViews(
  { id, gateway, answers: tally }: AttemptedOrder,
  entries: readonly TimelineEntry<string>[],
  reader: Principal,
  { ofAttempt, ofAnswer }: ShownBesides,
): Map<number, AttemptView> {
  const answers = entries.flatMap(({ at, data }) =>
    data['answer'] === undefined ? [] : [{ ...(data['answer'] as AnswerRecord), answered_at: at.toISOString() }],
  );
  const begun = entries.filter(({ type, data }) => type.endsWith('.processing') && data['attempt'] !== undefined);
  const views = begun.map(({ at, data }, i) => {
    const attempt = data['attempt'] as number;
    const own = answers.filter((answer) => answer.attempt === attempt);
    const last = own.at(-1);
    const view = {
      attempt,
      gateway: (data['gateway'] as string | undefined) ?? gateway!,
      reference: id,
      started_at: at.toISOString(),
      ended_at: last?.answered_at ?? null,
      ending: last?.ending ?? null,
      answers: own.map((answer) => ({ ...answerView(answer, reader), ...ofAnswer(answer) })),
      ...unchangedOf(begun[i + 1]?.data ?? unchangedSoFar(tally)),
      ...ofAttempt(data),
    };
    return [attempt, view] as const;
  });
  return new Map(views);
}

function unchangedOf(data: Data): Pick<AttemptView, 'unchanged_inquiries' | 'last_unchanged_at'> {
  const { unchanged_inquiries = 0, last_unchanged_at = null } = data as Partial<AttemptView>;
  return { unchanged_inquiries, last_unchanged_at };
}

function answerView(answer: AnswerRecord & { readonly answered_at: string }, reader: Principal): AnswerView {
  const { kind, ending, response_digest, asked_at, answered_at } = answer;
  return { kind, ending, reason: shownReason(answer, reader), response_digest, asked_at, answered_at };
}

import { LessThan, MoreThan } from 'typeorm';
import type { Slice } from '../../../shared/slice.js';

/** The rows of a list, newest first by id, as the object mapper takes it. */
export function optionsOf({ after, before, order, take, offset }: Slice) {
  const id = after !== null ? { id: LessThan(after) } : before !== null ? { id: MoreThan(before) } : {};
  return { where: id, order: { id: order }, take, skip: offset };
}

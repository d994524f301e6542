import { NIL_ID } from '../../../shared/ids.js';

/** The id that stands for the operators where a row needs a merchant. */
export const OPERATORS = NIL_ID;

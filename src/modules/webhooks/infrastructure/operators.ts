import { NIL_ID } from '../../../shared/ids.js';

/** Stands for the operators where a row needs a merchant. */
export const OPERATORS = NIL_ID;

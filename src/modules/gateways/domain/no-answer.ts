/**
 * Nobody answered: the connection was refused or cut, or the host name is unknown. Any other error of an adapter counts
 * as an answer without an outcome, such as a 5xx. Both leave the outcome unknown, but the circuit breaker treats them
 * differently: the data of an order can cause an answer without an outcome, but never a missing answer.
 */
export class NoAnswer extends Error {}

/**
 * Nobody answered: the connection was refused or cut, or a name is unknown. What else an adapter throws is taken for an
 * answer that says nothing, such as a 5xx. Both have an unknown outcome; the circuit breaker tells them apart, since an
 * order's own data can bring about the second and never the first.
 */
export class NoAnswer extends Error {}

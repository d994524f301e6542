/** The requested measurement is not possible; the message says why and what to do, and is printed without a stack. */
export class BenchRefusal extends Error {}

/** What was asked for cannot be measured; the message says why and what to do, and nobody needs its stack. */
export class BenchRefusal extends Error {}

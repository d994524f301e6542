/** Rolled back: it has to go through the coordinator. */
export class NotOnShard extends Error {}

/** Where it was, there is nothing of it any more, or nobody can say that it is the place: the connection is of no use. */
export class ShardMoved extends NotOnShard {}

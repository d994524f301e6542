/** The batch has to be rolled back and to go through the coordinator. */
export class NotOnShard extends Error {}

/** The shard is no longer on the node, or it is not certain that it is: the connection is of no further use. */
export class ShardMoved extends NotOnShard {}

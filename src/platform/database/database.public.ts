/** PostgreSQL: pools and connections, ordinary queries, migrations, and what its errors mean. */
export { DatabaseModule } from './database.module.js';
export { AdminDatabase, AdministrationDisabled } from './admin-database.js';
export { roleWarnings, WITHOUT_ADMIN } from './admin-role.js';
export { CLAIM_MARGIN_SECONDS, Database } from './database.js';
export { sqlStateOf } from './sql-state.js';
export { distribute } from './distribute.js';
export { bound, type BoundTo, merchantAsText } from './bound.js';
export { refuseUnfitDistribution } from './distribution.js';
export { DatabaseFailovers, type Failover, SUBMISSIONS_STOPPED } from './failovers.js';
export { durabilityWarning } from './durability.js';
export {
  asUuid,
  BEFORE_ALL_IDS,
  byId,
  bySeq,
  inSlices,
  rowsInSlices,
  type RowSlice,
  type SlicedQuery,
} from './in-slices.js';
export { jitWarning } from './jit.js';
export { type AmountRange, findState, ListQuery } from './list-query.js';
export type { CountStatement, ListStatement } from './list-statement.js';
export { Lists } from './lists.js';
export { dropEverything, migrate } from './migrate.js';
export { leadsToPooler } from './pooler.js';
export { ofShardsThatAnswer } from './shards-that-answer.js';
export { Placement } from './placement.js';
export { PointReads } from './point-reads.js';
export { publicSchemaWarning } from './public-schema.js';
export { forgetServer } from './primary-server.module.js';
export { replicaWarnings } from './replicas.js';
export { assertFits } from './schema-fit.js';
export { schemaObjects } from './schema-dump.js';
export { unreachableNodes, type UnreachableNodes } from './nodes.js';
export { NodesWatch } from './nodes-watch.js';
export { StatusDatabase } from './status-database.js';
export type { Sql } from './sql.js';
export { joined, type SqlTemplate, table, template, textOf, value } from './sql-template.js';
export { isTlsRefusal } from './tls-refusal.js';
export { isUnreachable } from './unreachable.js';
export { DatabaseSettings } from './database.settings.js';

/** PostgreSQL: pools and connections, ordinary queries, migrations, and what its errors mean. */
export { DatabaseModule } from './database.module.js';
export { AdminDatabase, AdministrationDisabled } from './connections/admin-database.js';
export { roleWarnings, WITHOUT_ADMIN } from './schema/admin-role.js';
export { CLAIM_MARGIN_SECONDS, Database } from './connections/database.js';
export { sqlStateOf } from './errors/sql-state.js';
export { distribute } from './schema/distribute.js';
export { bound, type BoundTo, merchantAsText } from './statements/bound.js';
export { refuseUnfitDistribution } from './shards/distribution.js';
export { DatabaseFailovers, type Failover, MOST_LISTED, SUBMISSIONS_STOPPED } from './watches/failovers.js';
export { AnotherFailover } from './watches/another-failover.js';
export { durabilityWarning } from './connections/durability.js';
export {
  asUuid,
  BEFORE_ALL_IDS,
  byId,
  bySeq,
  inSlices,
  rowsInSlices,
  type RowSlice,
  slicesOfMerchant,
  type SlicedQuery,
} from './reads/in-slices.js';
export { jitWarning } from './connections/jit.js';
export { type AmountRange, findState, ListQuery } from './reads/list-query.js';
export type { CountStatement, ListStatement } from './reads/list-statement.js';
export { Lists } from './reads/lists.js';
export { dropEverything, migrate } from './schema/migrate.js';
export { withMigratorsLock } from './schema/migrators-lock.js';
export { leadsToPooler } from './connections/pooler.js';
export { ofShardsThatAnswer } from './shards/shards-that-answer.js';
export { Placement } from './shards/placement.js';
export { PointReads } from './reads/point-reads.js';
export { publicSchemaWarning } from './schema/public-schema.js';
export { forgetServer } from './primary-server.module.js';
export { replicaWarnings } from './servers/replicas.js';
export { assertFits } from './schema/schema-fit.js';
export { schemaObjects } from './schema/schema-dump.js';
export { unreachableNodes, type UnreachableNodes } from './shards/nodes.js';
export { NodesWatch } from './watches/nodes-watch.js';
export { StatusDatabase } from './connections/status-database.js';
export type { Sql } from './statements/sql.js';
export { joined, type SqlTemplate, table, template, textOf, value } from './statements/sql-template.js';
export { isTlsRefusal } from './errors/tls-refusal.js';
export { isUnreachable } from './errors/unreachable.js';
export { DatabaseSettings } from './database.settings.js';

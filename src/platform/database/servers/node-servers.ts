import { type NoteChange, PrimaryServer } from './primary-server.js';
import type { ServerMemory } from './server-memory.js';

/**
 * Which server of each node (Citus) takes commits, by the same rules as for the primary of the whole database. A node
 * is identified by its group, which stays the same when another server takes its place.
 */
export class NodeServers {
  private readonly servers = new Map<number, PrimaryServer>();

  constructor(
    private readonly memoriesOf: (group: number) => readonly ServerMemory[],
    private readonly noteChange: NoteChange,
    private readonly primary: Pick<PrimaryServer, 'countChange'>,
  ) {}

  of(group: number): PrimaryServer {
    let server = this.servers.get(group);
    if (server === undefined) {
      // Nodes that were created from one backup have the same system identifier.
      const note: NoteChange = (sql, change) =>
        this.noteChange(sql, { ...change, systemIdentifier: `${change.systemIdentifier} node ${group}` });
      server = new PrimaryServer(this.memoriesOf(group), note, () => this.primary.countChange());
      this.servers.set(group, server);
    }
    return server;
  }
}

import { DatabaseFailovers } from '../../platform/database/database.public.js';
import { type Command, withMigrated } from './command.js';
import { commandActor } from './command-actor.js';

/** Resumes submissions after a failover of the database. */
export const resumeSubmissions: Command<'resume-submissions'> = (config, { reason }, print) =>
  withMigrated(config, async (context) => {
    const resumed = await context.get(DatabaseFailovers).resume({ actor: commandActor(), reason });
    for (const { fromTimeline, timeline, seenAt } of resumed)
      print(`Resumed after the failover of ${seenAt.toISOString()} (timeline ${fromTimeline} to ${timeline}).`);
    if (resumed.length === 0) print('Submissions were not stopped.');
    return 0;
  });

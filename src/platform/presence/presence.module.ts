import { Module } from '@nestjs/common';
import { WorkerPresence } from './worker-presence.js';

/** The workers among the processes, for the health of all. */
@Module({ providers: [WorkerPresence], exports: [WorkerPresence] })
export class PresenceModule {}

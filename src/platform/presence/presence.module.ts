import { Module } from '@nestjs/common';
import { WorkerPresence } from './worker-presence.js';

/** Which processes are live workers, for the health report of every process. */
@Module({ providers: [WorkerPresence], exports: [WorkerPresence] })
export class PresenceModule {}

import { Module } from '@nestjs/common';
import { EventsController } from './http/events.controller.js';

/** Telling merchants what has happened. Expects the outbox, which keeps it, from a global module. */
@Module({ controllers: [EventsController] })
export class WebhooksModule {}

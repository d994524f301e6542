import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { keyOf } from './authentication.js';
import { Authenticator } from './principal.js';

/** For answers that go on for longer than a key may. */
@Injectable()
export class KeyCheck {
  constructor(private readonly authenticator: Authenticator) {}

  /** Whether the key that the request was made with would still be accepted. @throws Overloaded: it cannot be asked */
  async stillHolds({ headers }: FastifyRequest): Promise<boolean> {
    return (await this.authenticator.authenticate(keyOf(headers))) !== null;
  }
}

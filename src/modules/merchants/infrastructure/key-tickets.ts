import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.public.js';
import { type Ticket, Tickets } from '../../../platform/http/http.public.js';
import { newTicket, SECRET_BYTES, TICKET_SECONDS } from '../domain/api-key.js';
import { keyHash } from './key-hash.js';

const LIFE = `interval '${TICKET_SECONDS} seconds'`;

/** Setting the clock back extends no ticket: one that ends further ahead than any ticket can is over too. */
const IS_OVER = `(expires_at <= clock_timestamp() OR expires_at > clock_timestamp() + ${LIFE})`;

/** Also deletes expired tickets that nobody used, so that the table does not grow. */
const ISSUE = `
  WITH over AS (DELETE FROM key_tickets WHERE ${IS_OVER})
  INSERT INTO key_tickets (ticket_hash, key_id, expires_at)
  VALUES ($1, $2, date_trunc('milliseconds', clock_timestamp() + ${LIFE}))
  RETURNING expires_at`;

/** If two callers present the same ticket, only one deletes the row. */
const REDEEM = `DELETE FROM key_tickets WHERE ticket_hash = $1 AND NOT ${IS_OVER} RETURNING key_id`;

/** Stored in the database, so that every process accepts tickets that another has issued. */
@Injectable()
export class KeyTickets extends Tickets {
  constructor(private readonly database: Database) {
    super();
  }

  override async issue(keyId: string, subject: string): Promise<Ticket> {
    const text = newTicket(randomBytes(SECRET_BYTES));
    const [row] = await this.database.query<{ expires_at: Date }>(ISSUE, [hashOf(text, subject), keyId]);
    return { text, expiresAt: row!.expires_at };
  }

  /**
   * @returns the id of the key that the ticket stands for; null if it is unknown, for another subject, used, or expired
   */
  async redeem(text: string, subject: string): Promise<string | null> {
    const [row] = await this.database.query<{ key_id: string }>(REDEEM, [hashOf(text, subject)]);
    return row?.key_id ?? null;
  }
}

/** The subject is hashed with the ticket: presented for anything else, the ticket is unknown. */
const hashOf = (text: string, subject: string): Buffer => Buffer.from(keyHash(`${text} ${subject}`), 'hex');

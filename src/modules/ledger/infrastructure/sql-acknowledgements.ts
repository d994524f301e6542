import { Injectable } from '@nestjs/common';
import type { Slice } from '../../../shared/slice.js';
import { AdminDatabase, Database, ListQuery, Lists, type Sql } from '../../../platform/database/database.public.js';
import { type Acknowledgement, Acknowledgements } from '../domain/acknowledgement.js';
import type { JudgedCode } from '../domain/audit.js';

interface Row {
  readonly id: string;
  readonly evidence: string;
  readonly merchant_id: string | null;
  readonly finding: JudgedCode;
  readonly detail: string;
  readonly reason: string;
  readonly actor: string;
  readonly created_at: Date;
}

const COLUMNS = 'id, evidence, merchant_id, finding, detail, reason, actor, created_at';

const ADD = `
  INSERT INTO acknowledgements (id, evidence, merchant_id, finding, detail, reason, actor)
  VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (evidence) DO NOTHING`;

const OF_EVIDENCE = `SELECT ${COLUMNS} FROM acknowledgements WHERE evidence = ANY($1)`;

@Injectable()
export class SqlAcknowledgements extends Acknowledgements {
  constructor(
    private readonly database: Database,
    private readonly admin: AdminDatabase,
    private readonly lists: Lists,
  ) {
    super();
  }

  override assertWritable(): Promise<void> {
    return this.admin.assertOpen();
  }

  override async add(given: Omit<Acknowledgement, 'createdAt'>): Promise<Acknowledgement> {
    const { id, evidence, merchantId, code, detail, reason, actor } = given;
    await this.admin.query(ADD, [id, evidence, merchantId, code, detail, reason, actor]);
    const [stands] = await acknowledgedIn(this.database, [evidence]);
    return stands!;
  }

  override of(evidence: readonly string[]): Promise<Acknowledgement[]> {
    return acknowledgedIn(this.database, evidence);
  }

  override async list(merchantId: string | null, slice: Slice): Promise<Acknowledgement[]> {
    const query = new ListQuery('acknowledgements', COLUMNS).equal({ merchant_id: merchantId }).page(slice);
    return (await this.lists.read<Row>(query)).map(fromRow);
  }
}

/** The acknowledgements of this evidence, as the snapshot sees them. */
export async function acknowledgedIn(sql: Sql, evidence: readonly string[]): Promise<Acknowledgement[]> {
  return evidence.length === 0 ? [] : (await sql.query<Row>(OF_EVIDENCE, [evidence])).map(fromRow);
}

function fromRow(row: Row): Acknowledgement {
  return {
    id: row.id,
    evidence: row.evidence,
    merchantId: row.merchant_id,
    code: row.finding,
    detail: row.detail,
    reason: row.reason,
    actor: row.actor,
    createdAt: row.created_at,
  };
}

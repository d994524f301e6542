import type { Sql } from '../../../platform/database/database.public.js';
import { type RoutingRule, RoutingRules } from '../domain/routing.js';
import type { TransferMode } from '../gateways.language.js';

interface RuleRow {
  readonly id: string;
  readonly priority: number;
  readonly is_enabled: boolean;
  readonly gateway: string;
  readonly mode: TransferMode | null;
  readonly min_amount_paise: string | null;
  readonly max_amount_paise: string | null;
  readonly beneficiary_bank: string | null;
  readonly merchant_id: string | null;
  readonly percentage: number;
  readonly created_by: string;
  readonly updated_by: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const ADD = `
  INSERT INTO routing_rules (id, priority, is_enabled, gateway, mode, min_amount_paise, max_amount_paise,
    beneficiary_bank, merchant_id, percentage, updated_by, updated_at, created_by, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`;

const CHANGE = `
  UPDATE routing_rules SET priority = $2, is_enabled = $3, gateway = $4, mode = $5, min_amount_paise = $6,
    max_amount_paise = $7, beneficiary_bank = $8, merchant_id = $9, percentage = $10, updated_by = $11, updated_at = $12
  WHERE id = $1 RETURNING id`;

export class SqlRoutingRules extends RoutingRules {
  constructor(private readonly sql: Sql) {
    super();
  }

  override async all(): Promise<RoutingRule[]> {
    return (await this.sql.query<RuleRow>('SELECT * FROM routing_rules ORDER BY priority, id')).map(fromRow);
  }

  override async find(id: string): Promise<RoutingRule | null> {
    const [row] = await this.sql.query<RuleRow>('SELECT * FROM routing_rules WHERE id = $1', [id]);
    return row === undefined ? null : fromRow(row);
  }

  override async add(rule: RoutingRule): Promise<void> {
    await this.sql.query(ADD, [...changeableOf(rule), rule.createdBy, rule.createdAt]);
  }

  override async change(rule: RoutingRule): Promise<boolean> {
    return (await this.sql.query(CHANGE, changeableOf(rule))).length > 0;
  }

  override async remove(id: string): Promise<boolean> {
    return (await this.sql.query('DELETE FROM routing_rules WHERE id = $1 RETURNING id', [id])).length > 0;
  }
}

function changeableOf(rule: RoutingRule): unknown[] {
  return [
    rule.id,
    rule.priority,
    rule.isEnabled,
    rule.gateway,
    rule.mode,
    rule.minAmountPaise,
    rule.maxAmountPaise,
    rule.beneficiaryBank,
    rule.merchantId,
    rule.percentage,
    rule.updatedBy,
    rule.updatedAt,
  ];
}

function fromRow(row: RuleRow): RoutingRule {
  return {
    id: row.id,
    priority: row.priority,
    isEnabled: row.is_enabled,
    gateway: row.gateway,
    mode: row.mode,
    minAmountPaise: row.min_amount_paise === null ? null : BigInt(row.min_amount_paise),
    maxAmountPaise: row.max_amount_paise === null ? null : BigInt(row.max_amount_paise),
    beneficiaryBank: row.beneficiary_bank,
    merchantId: row.merchant_id,
    percentage: row.percentage,
    createdBy: row.created_by,
    updatedBy: row.updated_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

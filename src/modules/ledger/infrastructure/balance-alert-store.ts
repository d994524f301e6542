import { Injectable } from '@nestjs/common';
import type { Sql } from '../../../platform/database/database.public.js';
import {
  type BookTableStore,
  type BoundTo,
  insertion,
  type LoadedRow,
  type StagedRow,
  type Statement,
} from '../../../platform/group-commit/group-commit.public.js';
import { type BalanceAlert, balanceAlerts } from '../domain/balance-alert.js';

const FIND = `
  SELECT merchant_id, threshold_paise, updated_at FROM balance_alerts WHERE merchant_id = ANY($1::uuid[])`;

const WRITE = `
  ${insertion('balance_alerts', [
    { name: 'merchant_id', type: 'uuid' },
    { name: 'threshold_paise', type: 'bigint' },
    { name: 'updated_at', type: 'timestamptz' },
  ])}
  ON CONFLICT (merchant_id) DO UPDATE SET threshold_paise = excluded.threshold_paise, updated_at = excluded.updated_at`;

@Injectable()
export class BalanceAlertStore implements BookTableStore<BalanceAlert> {
  readonly table = balanceAlerts;

  async load(sql: Sql, merchantIds: readonly string[]): Promise<LoadedRow<BalanceAlert>[]> {
    const rows = await sql.query<{ merchant_id: string; threshold_paise: string | null; updated_at: Date }>(FIND, [
      merchantIds,
    ]);
    return rows.map(({ merchant_id: merchantId, threshold_paise: threshold, updated_at: updatedAt }) => ({
      merchantId,
      key: '',
      row: { thresholdPaise: threshold === null ? null : BigInt(threshold), updatedAt },
    }));
  }

  flush(staged: readonly StagedRow<BalanceAlert>[], boundTo: BoundTo): Statement[] {
    const column = <T>(value: (staged: StagedRow<BalanceAlert>) => T): T[] => staged.map(value);
    const rows = [
      column(({ merchantId }) => merchantId),
      column(({ row }) => row.thresholdPaise),
      column(({ row }) => row.updatedAt),
    ];
    return [{ text: WRITE, values: [...rows, boundTo] }];
  }
}

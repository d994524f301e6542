import { ApiProperty } from '../../../platform/http/http.public.js';
import type { StatementFrame } from '../application/statements.js';
import { type Account, ACCOUNTS } from '../domain/transaction.js';

const Balance = (description: string, example: number): PropertyDecorator =>
  ApiProperty({ type: 'integer', format: 'int64', example, description });

class AccountStatementDocument {
  @ApiProperty({ enum: ACCOUNTS }) account!: Account;
  @Balance('At the start of the period; signed.', 700_000) opening_balance_paise!: bigint;
  @Balance(
    'At the end of the period; signed. The opening balance plus the amounts of all entries is the closing balance.',
    950_000,
  )
  closing_balance_paise!: bigint;
}

class HeadDocument {
  @ApiProperty({
    type: 'integer',
    example: 118,
    description: 'The number of the book’s last transaction; 0 if there is none yet.',
  })
  seq!: number;
  @ApiProperty({
    pattern: '^[0-9a-f]{64}$',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    description:
      'The hash of that transaction, which covers all transactions before it. `<seq>:<hash>` is what `verify ' +
      '--expect-head` takes.',
  })
  hash!: string;
}

export class StatementDocument {
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'As requested.' })
  from!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'As requested.' })
  to!: string | null;
  @ApiProperty({ format: 'date-time', description: 'When the statement was read, by the database’s clock.' })
  as_of!: string;
  @ApiProperty({
    type: 'integer',
    example: 40,
    description: 'The last transaction before the period; 0 if there is none.',
  })
  opening_seq!: number;
  @ApiProperty({
    type: 'integer',
    example: 118,
    description: 'The last transaction in the period or, if it has none, before it.',
  })
  closing_seq!: number;
  @ApiProperty({ type: [AccountStatementDocument], description: 'Each account that was requested.' })
  accounts!: AccountStatementDocument[];
  @ApiProperty({ description: 'The last transaction of the book, whatever the period.' }) head!: HeadDocument;
}

/** @param account null: all */
export function statementView(frame: StatementFrame, account: Account | null): StatementDocument {
  const { opening, closing } = frame;
  return {
    from: frame.from?.toISOString() ?? null,
    to: frame.to?.toISOString() ?? null,
    as_of: frame.readAt.toISOString(),
    opening_seq: opening.seq,
    closing_seq: closing.seq,
    accounts: (account === null ? ACCOUNTS : [account]).map((one) => ({
      account: one,
      opening_balance_paise: opening.accounts[one],
      closing_balance_paise: closing.accounts[one],
    })),
    head: frame.head,
  };
}

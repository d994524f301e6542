import { queryOptions } from '@tanstack/react-query';
import { getBalance } from '../../api/generated/sdk.gen.ts';

/** The shown merchant's available, held and total balance, all of the same instant. */
export const balance = queryOptions({ queryKey: ['balance'], queryFn: ({ signal }) => getBalance({ signal }) });

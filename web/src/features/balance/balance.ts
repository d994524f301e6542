import { queryOptions } from '@tanstack/react-query';
import { getBalance } from '../../api/generated/sdk.gen.ts';

/** Available, held and total of the merchant that is shown, at one instant. */
export const balance = queryOptions({ queryKey: ['balance'], queryFn: ({ signal }) => getBalance({ signal }) });

import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { getMerchant } from '../../api/generated/sdk.gen.ts';
import { Skeleton } from '../../ui/skeleton.tsx';

/** Names rarely change, so events do not cause them to be read again. */
const nameOf = (id: string) =>
  queryOptions({
    queryKey: ['merchant-names', id],
    queryFn: async ({ signal }) => (await getMerchant({ path: { id }, signal })).name,
    staleTime: Infinity,
    meta: { isLive: false },
  });

interface MerchantNameProps {
  readonly id: string;
  readonly isInTable?: boolean;
}

/** The owner of something, shown to operators. */
export function MerchantName({ id, isInTable = false }: MerchantNameProps) {
  const { data, isError } = useQuery(nameOf(id));
  if (data === undefined && !isError) return <Skeleton className="my-0.5 h-4 w-32" />;
  return (
    <Link
      to="/merchants/$id"
      params={{ id }}
      className={isInTable ? 'link clip max-w-36 xl:max-w-56' : 'link wrap-anywhere'}
    >
      <bdi>{data ?? id}</bdi>
    </Link>
  );
}

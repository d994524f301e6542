import { useState } from 'react';
import { useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { MoreFilters } from './more-filters.tsx';
import { PAYOUT_FILTERS, PAYOUT_STATUSES, type PayoutFilters } from './payout-filters.ts';

interface PayoutFilterBarProps {
  readonly filters: PayoutFilters;
  readonly onFilter: (filters: PayoutFilters) => void;
}

/** The status is chosen at once; what is typed stands behind a button, with how many of it are set. */
export function PayoutFilterBar({ filters, onFilter }: PayoutFilterBarProps) {
  const { payoutLists: words, statuses } = useText();
  const [isOpen, setIsOpen] = useState(false);
  const more = PAYOUT_FILTERS.filter((name) => name !== 'status' && filters[name] !== undefined).length;
  return (
    <div className="grid w-full gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <Field label={words.status} isOptional>
          {(wiring) => (
            <Select
              {...wiring}
              value={filters.status ?? ''}
              onChange={({ target }) => onFilter({ ...filters, status: target.value || undefined })}
            >
              <option value="">{words.all}</option>
              {PAYOUT_STATUSES.map((status) => (
                <option key={status} value={status}>
                  {statuses[status]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Button aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {words.filters(more)}
        </Button>
        {(more > 0 || filters.status !== undefined) && (
          <Button tone="quiet" onClick={() => onFilter({})}>
            {words.clear}
          </Button>
        )}
      </div>
      {isOpen && <MoreFilters filters={filters} onApply={onFilter} />}
    </div>
  );
}

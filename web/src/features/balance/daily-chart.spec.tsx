import { cleanup, render } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { DayDocument } from '../../api/generated/types.gen.ts';
import { DailyChart } from './daily-chart.tsx';

afterEach(cleanup);

const day = { date: '2026-11-26', in_paise: 100, out_paise: 0, closing_balance_paise: 100 } as DayDocument;

it('is drawn once for the same days, however often the page is', () => {
  let reads = 0;
  const days = new Proxy([day], { get: (all, name) => ((reads += 1), Reflect.get(all, name) as unknown) });
  const page = render(<DailyChart days={days} />);
  const once = reads;
  page.rerender(<DailyChart days={days} />);
  expect(once).toBeGreaterThan(0);
  expect(reads).toBe(once);
});

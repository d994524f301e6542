import { describe, expect, it } from 'vitest';
import { parseSearch, searchOf, stringifySearch } from './search.ts';

describe('the address of a page', () => {
  it('keeps every filter as the text that it is', () => {
    const search = { utr: '000123', status: 'completed', reference_id: 'a&b=c +é' };
    expect(parseSearch(stringifySearch(search))).toEqual(search);
  });

  it('is plain where nothing is filtered', () => {
    expect(stringifySearch({ status: '', utr: undefined })).toBe('');
    expect(stringifySearch({})).toBe('');
  });

  it('has no filter that the page does not know', () => {
    expect(searchOf('status', 'cursor')({ status: 'failed', limit: '9', cursor: 3 })).toEqual({ status: 'failed' });
  });
});

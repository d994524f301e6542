import { describe, expect, it } from '@jest/globals';
import { openFilesLimit, withinOpenFiles } from './open-files.js';

const LIMITS = { trustProxy: false, maxConnections: 5_000, maxConnectionsPerAddress: 1_000 } as const;

describe('the connections of a process', () => {
  it.each([
    [null, 5_000, 1_000],
    [1_048_576, 5_000, 1_000],
    [5_256, 5_000, 1_000],
    [5_255, 4_999, 1_000],
    [1_024, 768, 384],
    [300, 150, 75],
  ])('where it may open %p files are at most %i, and %i of one address', (files, all, ofAddress) => {
    expect(withinOpenFiles(LIMITS, files)).toEqual({
      trustProxy: false,
      maxConnections: all,
      maxConnectionsPerAddress: ofAddress,
    });
  });

  it('are as many as is set where that is less', () => {
    const few = { ...LIMITS, maxConnections: 100, maxConnectionsPerAddress: 100 };
    expect(withinOpenFiles(few, 1_024)).toBe(few);
  });
});

(process.platform === 'linux' ? it : it.skip)('the system says how many files a process may open', () => {
  expect(openFilesLimit()).toBeGreaterThan(100);
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { stateDiagram } from './state-diagram.js';

describe('the diagram of a payout’s life', () => {
  it('has an arrow for each move, with those who may make it', () => {
    expect(stateDiagram().match(/^ {2}.+ --> .+$/gm)).toEqual([
      '  [*] --> pending: merchant, operator',
      '  pending --> processing: operator, system',
      '  pending --> cancelled: merchant, operator',
      '  processing --> completed: operator, bank',
      '  processing --> failed: operator, system, bank',
      '  completed --> reversed: bank',
      '  completed --> [*]',
      '  failed --> [*]',
      '  cancelled --> [*]',
      '  reversed --> [*]',
    ]);
  });

  it('is on the page in docs', () => {
    expect(readFileSync('docs/state-machine.md', 'utf8')).toContain(stateDiagram());
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileMemory } from './server-memory.js';

const folder = mkdtempSync(join(tmpdir(), 'bahi-test-memory-'));
const path = join(folder, 'there', 'timelines');
const at = (timeline: number, synchronous = true) => ({ systemIdentifier: '7', timeline, synchronous });

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the file of timelines', () => {
  it('returns the highest timeline with its last state, whoever wrote last', async () => {
    const one = new FileMemory(path);
    const another = new FileMemory(path);
    expect(await one.recall()).toBeNull();
    await one.note(at(1));
    await another.note(at(2, false));
    await one.note(at(1, false));
    expect(await one.recall()).toEqual(at(2, false));
    await another.note(at(2));
    expect(await one.recall()).toEqual(at(2));
  });

  it('passes over a line that was cut off, and is empty when it was forgotten', async () => {
    const memory = new FileMemory(path);
    await memory.note(at(3));
    appendFileSync(path, '{"system_identifier":"7","timel');
    expect(await memory.recall()).toEqual(at(3));
    // What is noted next is not lost with it.
    await memory.note(at(4));
    expect(await memory.recall()).toEqual(at(4));
    await memory.forget();
    expect(await memory.recall()).toBeNull();
  });
});

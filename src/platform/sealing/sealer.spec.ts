import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Config } from '../config/config.js';
import { dataKeyIn } from './data-key-file.js';
import { DataKeyUnknown, Sealer } from './sealer.js';
import { SealingSettings } from './sealing.settings.js';

const OLD = randomBytes(32);
const NEW = randomBytes(32);

describe('a sealed secret', () => {
  it('is opened by its key alone, which it names, and looks different each time', () => {
    const sealer = new Sealer([OLD]);
    const sealed = sealer.seal('whsec_ₓ', 'row-1');
    expect(sealed).toMatch(/^v1\.[0-9a-f]{12}\.[\w-]+$/);
    expect([sealer, new Sealer([NEW])].map((one) => one.knows(sealed))).toEqual([true, false]);
    expect(sealer.open(sealed, 'row-1')).toBe('whsec_ₓ');
    expect(sealer.seal('whsec_ₓ', 'row-1')).not.toBe(sealed);
    expect(() => new Sealer([NEW]).open(sealed, 'row-1')).toThrow(DataKeyUnknown);
    expect(() => new Sealer([]).open(sealed, 'row-1')).toThrow(DataKeyUnknown);
  });

  it('stays readable while another key seals', () => {
    const sealed = new Sealer([OLD]).seal('old', 'row');
    const both = new Sealer([NEW, OLD]);
    expect(both.open(sealed, 'row')).toBe('old');
    expect(new Sealer([NEW]).open(both.seal('new', 'row'), 'row')).toBe('new');
  });

  it('cannot be changed, nor moved to another row', () => {
    const sealer = new Sealer([OLD]);
    const [version, keyId, text] = sealer.seal('secret', 'row-1').split('.');
    expect(() => sealer.open([version, keyId, text].join('.'), 'row-2')).toThrow();
    const bytes = Buffer.from(text!, 'base64url');
    for (const at of [0, 12, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      expect(() => sealer.open([version, keyId, changed.toString('base64url')].join('.'), 'row-1')).toThrow();
    }
    const cut = bytes.subarray(0, 20).toString('base64url');
    expect(() => sealer.open([version, keyId, cut].join('.'), 'row-1')).toThrow();
  });

  it('needs a key', () => {
    expect(() => new Sealer([]).seal('secret', 'row')).toThrow(DataKeyUnknown);
    expect([new Sealer([]).isEmpty, new Sealer([OLD]).isEmpty]).toEqual([true, false]);
  });
});

describe('DATA_ENCRYPTION_KEY', () => {
  const keysOf = (text: string | undefined) =>
    Config.fromEnvironment([SealingSettings], { DATA_ENCRYPTION_KEY: text }).get(SealingSettings).keys;
  const one = OLD.toString('base64');
  const other = NEW.toString('base64');

  it('is a list of keys, of which the first seals', () => {
    expect(keysOf(undefined)).toEqual([]);
    expect(keysOf(`${one}, ${other}`)).toEqual([OLD, NEW]);
    expect(keysOf(OLD.toString('base64url'))).toEqual([OLD]);
  });

  it.each(['short', `${one},`, `${one},${one}`, randomBytes(31).toString('base64'), `"${one}"`, OLD.toString('hex')])(
    'is not %s, and is not shown',
    (text) => {
      expect(() => keysOf(text)).toThrow(
        'DATA_ENCRYPTION_KEY=(hidden) is not valid: expected keys of 32 bytes in base64',
      );
    },
  );
});

describe('the key of a data directory', () => {
  it('is made once, and for its owner alone', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'bahi-key-'));
    const key = dataKeyIn(dataDir);
    expect(key).toHaveLength(32);
    expect(dataKeyIn(dataDir)).toEqual(key);
    const path = join(dataDir, 'data-encryption-key');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8').trim()).toBe(key.toString('base64'));
  });

  it('is never replaced when the file is not as it was', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'bahi-key-'));
    writeFileSync(join(dataDir, 'data-encryption-key'), 'half of\n');
    expect(() => dataKeyIn(dataDir)).toThrow('is not 32 bytes in base64');
    expect(() => dataKeyIn(join(dataDir, 'missing'))).toThrow('ENOENT');
  });
});

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DomainError } from '../../shared/domain-error.js';
import type { Problem } from '../../shared/problem.js';
import { keyIdOf } from './data-key.js';

/** Nobody's request is wrong: the service lacks the key. */
export class DataKeyUnknown extends DomainError {
  static override readonly problem: Problem = {
    code: 'encryption_key_missing',
    status: 503,
    title: 'The service has no key for secrets',
    meaning: 'The service cannot encrypt or read secrets: `DATA_ENCRYPTION_KEY` is not set, or not with this key.',
    remedy: 'The operator of the service sets `DATA_ENCRYPTION_KEY`; then send the same request again.',
  };

  /** @param keyId for the log alone; null: there is no key at all */
  constructor(readonly keyId: string | null) {
    super(
      keyId === null
        ? 'The service has no key to encrypt secrets with.'
        : 'The secret was encrypted with a key that the service does not have.',
    );
  }
}

/** NIST SP 800-38D: 96 bits, drawn anew for each ciphertext; and the whole tag. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

const VERSION = 'v1';

/**
 * Encrypts short secrets with AES-256-GCM. A sealed one is `v1.<key id>.<base64url of IV, tag and ciphertext>`. What it
 * belongs to is authenticated with it: in another row it cannot be opened.
 */
export class Sealer {
  private readonly keys: ReadonlyMap<string, Buffer>;
  private readonly first: string | null;

  /** @param keys the first encrypts, each of them decrypts */
  constructor(keys: readonly Buffer[]) {
    this.keys = new Map(keys.map((key) => [keyIdOf(key), key]));
    this.first = keys[0] === undefined ? null : keyIdOf(keys[0]);
  }

  /** Whether there is no key at all. */
  get isEmpty(): boolean {
    return this.keys.size === 0;
  }

  /** Of all the keys that are here. */
  get keyIds(): string[] {
    return [...this.keys.keys()];
  }

  /** By which the key is named that encrypts. @throws DataKeyUnknown where there is no key */
  get firstKeyId(): string {
    if (this.first === null) throw new DataKeyUnknown(null);
    return this.first;
  }

  /** @param belongsTo the id of its row, say @throws DataKeyUnknown where there is no key */
  seal(secret: string, belongsTo: string): string {
    const keyId = this.firstKeyId;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.keys.get(keyId)!, iv);
    cipher.setAAD(Buffer.from(belongsTo));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return [VERSION, keyId, Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')].join('.');
  }

  /** @throws DataKeyUnknown @throws Error when it was changed, or belongs to something else */
  open(sealed: string, belongsTo: string): string {
    const [version, keyId = '', text = ''] = sealed.split('.');
    const key = this.keys.get(keyId);
    if (version !== VERSION || key === undefined) throw new DataKeyUnknown(keyId);
    const bytes = Buffer.from(text, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(belongsTo));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  }

  /** Whether the key of a sealed secret is here. */
  knows(sealed: string): boolean {
    return this.keys.has(keyIdIn(sealed));
  }
}

/** With which key a secret was sealed. */
export function keyIdIn(sealed: string): string {
  return sealed.split('.')[1] ?? '';
}

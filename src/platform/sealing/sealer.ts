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

  constructor(keyId: string | null) {
    super(
      keyId === null
        ? 'Secrets cannot be kept: DATA_ENCRYPTION_KEY is not set.'
        : `The secret was encrypted with the key ${keyId}, which is not in DATA_ENCRYPTION_KEY.`,
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

  /** @param belongsTo the id of its row, say @throws DataKeyUnknown where there is no key */
  seal(secret: string, belongsTo: string): string {
    if (this.first === null) throw new DataKeyUnknown(null);
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.keys.get(this.first)!, iv);
    cipher.setAAD(Buffer.from(belongsTo));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return [VERSION, this.first, Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')].join('.');
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

  /** Whether what was sealed with this key can be opened. @param keyId the middle part of a sealed secret */
  knows(keyId: string): boolean {
    return this.keys.has(keyId);
  }
}

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DomainError } from '../../shared/domain-error.js';
import type { Problem } from '../../shared/problem.js';
import { keyIdOf } from './data-key.js';

/** The request is not at fault: the service lacks the key. */
export class DataKeyUnknown extends DomainError {
  static override readonly problem: Problem = {
    code: 'encryption_key_missing',
    status: 503,
    title: 'The service lacks the key for its secrets',
    meaning:
      'The service cannot encrypt or read secrets: `DATA_ENCRYPTION_KEY` is not set, or does not include the ' +
      'required key.',
    remedy: 'The operator of the service has to set `DATA_ENCRYPTION_KEY`. Then send the same request again.',
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

/** NIST SP 800-38D: 96 bits, drawn at random for each ciphertext; and the full tag. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

const VERSION = 'v1';

/**
 * Encrypts short secrets with AES-256-GCM. A sealed secret is `v1.<key id>.<base64url of IV, tag and ciphertext>`. The
 * id of what it belongs to is authenticated with it, so it cannot be opened in another row.
 */
export class Sealer {
  private readonly keys: ReadonlyMap<string, Buffer>;
  private readonly first: string | null;

  /** @param keys the first one encrypts, all of them decrypt */
  constructor(keys: readonly Buffer[]) {
    this.keys = new Map(keys.map((key) => [keyIdOf(key), key]));
    this.first = keys[0] === undefined ? null : keyIdOf(keys[0]);
  }

  /** Whether there is no key at all. */
  get isEmpty(): boolean {
    return this.keys.size === 0;
  }

  /** The ids of all configured keys. */
  get keyIds(): string[] {
    return [...this.keys.keys()];
  }

  /** The id of the key that encrypts. @throws DataKeyUnknown if there is no key */
  get firstKeyId(): string {
    if (this.first === null) throw new DataKeyUnknown(null);
    return this.first;
  }

  /** @param belongsTo for example the id of its row @throws DataKeyUnknown if there is no key */
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

  /** Whether the key of a sealed secret is configured. */
  knows(sealed: string): boolean {
    return this.keys.has(keyIdIn(sealed));
  }
}

/** The id of the key with which a secret was sealed. */
export function keyIdIn(sealed: string): string {
  return sealed.split('.')[1] ?? '';
}

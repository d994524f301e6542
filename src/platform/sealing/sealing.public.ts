/** Secrets that must be read again, encrypted where they are kept; and where the key is. */
export { DataKeyUnknown, keyIdIn, Sealer } from './sealer.js';
export { dataKeyIn } from './data-key-file.js';
export { SealingModule } from './sealing.module.js';
export { SealingSettings } from './sealing.settings.js';

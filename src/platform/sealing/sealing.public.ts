/** Secrets that must be read again are stored encrypted; this area encrypts them and knows where the key is. */
export { DataKeyUnknown, keyIdIn, Sealer } from './sealer.js';
export { dataKeyIn } from './data-key-file.js';
export { SealingModule } from './sealing.module.js';
export { SealingSettings } from './sealing.settings.js';

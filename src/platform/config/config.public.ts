/** The settings from the environment, checked once at the start, and the role of this process. */
export { ConfigModule } from './config.module.js';
export { Config } from './config.js';
export { misspeltSettings } from './misspelt-settings.js';
export { ProcessRole } from './process-role.js';
export { ProcessSettings } from './process.settings.js';
export { address, credential, flag, fraction, integer, names, neededAddress, secrets, text } from './setting-kinds.js';
export { type Refuse, type Setting, settings, type SettingsGroup, type Surroundings } from './settings.js';
export { isNetwork, networks, networksOf } from './networks.js';
export { RELEASE } from './release.js';
export { reachOf } from './host-reach.js';
export { StartupError } from './startup-error.js';

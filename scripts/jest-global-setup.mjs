import { importTypeScriptFromNowOn } from './typescript-loader.js';

importTypeScriptFromNowOn();
export default (await import('../test/support/global-setup.ts')).default;

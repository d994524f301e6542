import type { INestApplicationContext } from '@nestjs/common';
import { type Config, ProcessSettings, StartupError } from '../../platform/config/config.public.js';
import { HttpSettings } from '../../platform/http/http.public.js';
import { withCommandContext } from '../commands/command-context.js';
import { hasDemoKeys } from './seed-demo.js';

const DEMO_KEYS = 'This database has the published keys of the demo. Production needs a database of its own.';

/** @throws StartupError in production, where the published demo keys would give access to everything */
export async function guardDemoKeys(
  app: INestApplicationContext,
  config: Config,
  print: (line: string) => void,
): Promise<void> {
  const { host } = config.get(HttpSettings);
  const { production } = config.get(ProcessSettings);
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
  if ((isLocal && !production) || !(await hasDemoKeys(app))) return;
  if (production) throw new StartupError(DEMO_KEYS);
  print(
    `WARNING: HOST=${host} accepts connections from other machines, and this database has the published keys of ` +
      'the demo: anybody who reaches this service can use it.',
  );
}

/**
 * For a process without the API: it would pay out what anyone can request with the demo's keys. @throws StartupError in
 * production
 */
export async function refuseDemoKeys(config: Config): Promise<void> {
  if (config.get(ProcessSettings).production && (await withCommandContext(config, hasDemoKeys)))
    throw new StartupError(DEMO_KEYS);
}

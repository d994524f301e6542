import { type DynamicModule, Module } from '@nestjs/common';
import { Config } from './config.js';
import { ProcessRole } from './process-role.js';

/** Provides every module with the groups of settings that were read at the start, and with the role of this process. */
@Module({})
export class ConfigModule {
  static forRoot(config: Config, role: Pick<ProcessRole, 'worker'> & Partial<ProcessRole>): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [
        { provide: Config, useValue: config },
        ...config.groups.map((group) => ({ provide: group, useValue: config.get(group) })),
        { provide: ProcessRole, useValue: new ProcessRole(role) },
      ],
      exports: [Config, ...config.groups, ProcessRole],
    };
  }
}

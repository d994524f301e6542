import { type DynamicModule, Module } from '@nestjs/common';
import { Config } from './config.js';
import { Role } from './role.js';

/** Gives every module the configuration that was parsed at the start, and the role of this process. */
@Module({})
export class ConfigModule {
  static forRoot(config: Config, role: Pick<Role, 'worker'> & Partial<Role>): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [
        { provide: Config, useValue: config },
        { provide: Role, useValue: new Role(role.worker, role.alone) },
      ],
      exports: [Config, Role],
    };
  }
}

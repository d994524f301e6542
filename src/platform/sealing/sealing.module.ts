import { Global, Module } from '@nestjs/common';
import { Sealer } from './sealer.js';
import { SealingSettings } from './sealing.settings.js';

@Global()
@Module({
  providers: [
    { provide: Sealer, inject: [SealingSettings], useFactory: ({ keys }: SealingSettings) => new Sealer(keys) },
  ],
  exports: [Sealer],
})
export class SealingModule {}

import { SentinelConnector } from 'ioredis';

interface Listening {
  failoverDetector: { cleanup(): void } | null;
}

/**
 * Connects to the master that sentinels name. ioredis listens at the sentinels for a failover and ends the connection to the
 * old master then. After that connection is lost it listens on, and ends the next one while that asks a sentinel where the
 * master is, which ioredis takes for the end of the client: it would never connect again. So whoever listened for a
 * connection before is not heard any more once the next one begins.
 */
export class SentinelConnections extends SentinelConnector {
  override connect(...args: Parameters<SentinelConnector['connect']>): ReturnType<SentinelConnector['connect']> {
    const before = this as unknown as Listening;
    before.failoverDetector?.cleanup();
    before.failoverDetector = null;
    return super.connect(...args);
  }
}

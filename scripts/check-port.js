// Before packages are installed and everything is built: checks that the service's port is free. The service checks it
// again.
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';

// The environment takes precedence.
if (existsSync('.env')) process.loadEnvFile('.env');
const port = Number(process.env.PORT ?? 8000);
const host = process.env.HOST ?? '127.0.0.1';

// An invalid port is refused by the service, which knows every setting.
if (Number.isInteger(port) && port > 0 && port < 65_536) {
  const probe = createServer();
  probe.on('error', ({ code }) => {
    if (code !== 'EADDRINUSE') return;
    process.stderr.write(
      `Port ${port} on ${host} is in use. Stop what listens there, or set PORT to another one: PORT=8080 make start\n`,
    );
    process.exitCode = 1;
  });
  probe.listen(port, host, () => probe.close());
}

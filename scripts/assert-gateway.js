// `make conformance gateway=NAME`: if there is no such gateway, prints one line that says which there are, before a
// suite is started for nothing.
import { gatewayAdapters } from '../dist/src/main/adapters.js';
import { configFrom } from '../dist/src/main/settings.js';

const [name] = process.argv.slice(2);
const { banks, providers } = gatewayAdapters(configFrom({}), { query: () => Promise.reject(new Error('not asked')) });
const known = [...banks.keys(), ...providers.keys()].sort();
if (!known.includes(name)) {
  console.error(`No gateway is called ${name}; there are ${known.join(', ')}.`);
  process.exitCode = 2;
}

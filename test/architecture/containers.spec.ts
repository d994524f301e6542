import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { gatewayAdapters } from '../../src/main/adapters.js';
import { configFrom, SETTINGS, SETTINGS_OF_GATEWAYS } from '../../src/main/settings.js';
import { environmentExample, settingsTables } from '../../src/main/settings-documents.js';

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly env_file?: object[];
  readonly command?: string[];
  readonly ports?: string[];
  readonly environment?: Record<string, string>;
  readonly healthcheck?: object;
  readonly depends_on?: Record<string, { readonly condition: string }>;
  readonly volumes?: string[];
}

/** The file's contents once `make up` has made the passwords. */
const written = readFileSync('docker-compose.yml', 'utf8');
const text = written
  .replace(/\$\{DATA_ENCRYPTION_KEY:\?[^}]*\}/, Buffer.alloc(32).toString('base64'))
  .replace(/\$\{\w+:\?[^}]*\}/g, 'made-by-make-up');
const compose = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const { services } = compose;
const dockerfile = readFileSync('Dockerfile', 'utf8');
const stages = dockerfile.split(/^FROM /m).slice(1);
const image = stages.at(-1)!;

/** The names of all settings. */
const variables = (groups = SETTINGS): string[] =>
  groups.flatMap(({ declared }) => Object.values(declared).map(({ name }) => name));

describe('docker-compose.yml', () => {
  it('publishes nothing beyond this machine', () => {
    const ports = Object.values(services).flatMap(({ ports = [] }) => ports);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('leaves room for several API processes, which one fixed port would not', () => {
    expect(services['api']!.ports).toEqual(['127.0.0.1:8000-8009:8000']);
  });

  it('starts each service when what it needs is ready', () => {
    const needs = (name: string) =>
      Object.entries(services[name]!.depends_on ?? {}).map(([need, { condition }]) => `${need} ${condition}`);
    expect(needs('roles')).toEqual(['postgres service_healthy']);
    expect(needs('migrate')).toEqual(['roles service_completed_successfully']);
    for (const name of ['api', 'worker'])
      expect(needs(name)).toEqual(['migrate service_completed_successfully', 'redis service_healthy']);
    for (const name of ['postgres', 'redis']) expect(services[name]!.healthcheck).toBeDefined();
  });

  it('has a Redis that evicts nothing, and volumes for all data', () => {
    expect(services['redis']!.command).toEqual([
      'redis-server',
      '--appendonly',
      'yes',
      '--maxmemory',
      '256mb',
      '--maxmemory-policy',
      'noeviction',
    ]);
    expect(services['redis']!.volumes).toContain('redis:/data');
    expect(services['postgres']!.volumes).toContain('postgres:/var/lib/postgresql');
    expect(Object.keys(compose.volumes).sort()).toEqual(['postgres', 'redis']);
  });

  it('sets only variables that there are, and gives the tables’ owner to nobody but the migration, and bahi_admin to no worker', () => {
    const known = new Set(variables());
    for (const name of ['migrate', 'api', 'worker']) {
      const environment = services[name]!.environment!;
      expect(Object.keys(environment).filter((variable) => !known.has(variable))).toEqual([]);
      expect(() => configFrom(environment)).not.toThrow();
      // Empty rather than absent: otherwise the values that .env has for a start without containers would reach them.
      expect(environment['MIGRATION_DATABASE_URL'] !== '').toBe(name === 'migrate');
      expect(environment['ADMIN_DATABASE_URL'] !== '').toBe(name !== 'worker');
      expect(environment['WORKER_PORT']).toBe(name === 'worker' ? '8001' : '');
    }
  });

  it('lets what .env sets reach the service, but for what this file must say itself', () => {
    for (const name of ['migrate', 'api', 'worker']) {
      expect(services[name]!.env_file).toEqual([{ path: '.env', required: false }]);
      const own = Object.keys(services[name]!.environment!).filter((variable) => !/_URL$|PORT$/.test(variable));
      expect(own).toEqual(['NODE_ENV', 'HOST', 'DATA_ENCRYPTION_KEY']);
    }
  });

  it('has no password, and no default for one', () => {
    const passwords = [...written.matchAll(/\$\{(\w+)(:[^}]*)?\}/g)].map(([, name, rest]) => [name, rest]);
    expect(passwords.length).toBeGreaterThan(0);
    for (const [name, rest] of passwords)
      expect([name, rest]).toEqual([
        expect.stringMatching(/_PASSWORD$|^DATA_ENCRYPTION_KEY$/),
        ':?make up makes docker/passwords.env',
      ]);
    for (const given of [/PASSWORD: (.*)/g, /:\/\/\w+:([^@\n]+)@/g])
      for (const [, password] of written.matchAll(given)) expect(password).toMatch(/^\$\{/);
  });

  it('gives nobody more than it needs', () => {
    for (const [name, service] of Object.entries(services)) {
      expect([name, service]).toEqual([
        name,
        expect.objectContaining({
          cap_drop: ['ALL'],
          security_opt: ['no-new-privileges:true'],
          read_only: true,
          tmpfs: expect.arrayContaining(['/tmp']),
          mem_limit: expect.stringMatching(/^\d+[mg]$/),
          pids_limit: expect.any(Number),
        }),
      ]);
      expect(service).not.toHaveProperty('cap_add');
      expect(service).not.toHaveProperty('privileged');
      // The service's image sets its own user.
      expect([name, service.user]).toEqual([
        name,
        service.image === 'bahi' ? undefined : service.image.split(/[:@]/)[0],
      ]);
    }
  });
});

describe('the image', () => {
  it('runs as an ordinary user, and its command gets the signals itself', () => {
    expect(image).toMatch(/^USER node$/m);
    expect(image).toMatch(/^CMD \["node", .*"dist\/bundle\/api\.js"\]$/m);
    expect(image).toMatch(/^HEALTHCHECK /m);
  });

  it('holds no development packages, no sources and no embedded server', () => {
    expect(stages).toHaveLength(3);
    expect(stages[1]).toMatch(/npm ci --omit=dev --omit=optional/);
    const copied = [...image.matchAll(/^COPY (.*)$/gm)].map(([, what]) => what);
    expect(copied).toEqual([
      '--from=packages /app/node_modules ./node_modules',
      '--from=build /app/dist ./dist',
      '--from=build /app/web/dist ./web/dist',
      'package.json ./',
    ]);
  });

  it('is built from what .dockerignore lets through', () => {
    const letIn = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const wanted = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, files]) => files!.split(' '));
    expect([...new Set(wanted)].sort()).toEqual(letIn.sort());
  });
});

describe('the images that others make', () => {
  const named = `${dockerfile}\n${written}`.matchAll(/(?:NODE_IMAGE=|image: )([a-z]+:\S+)/g);
  const images = [...new Set([...named].map(([, name]) => name!))];

  it('are known by their digest, the same one wherever an image is named', () => {
    const pinned = images.map((name) => /^([a-z]+:[\w.-]+)@sha256:[0-9a-f]{64}$/.exec(name)?.[1]);
    expect(pinned.sort()).toEqual(['node:24-bookworm-slim', 'postgres:18-bookworm', 'redis:8-bookworm']);
  });
});

describe('.env.example', () => {
  const shown = [...environmentExample().matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name!);

  it('shows every variable, and no other', () => {
    const known = [...variables(), ...variables(SETTINGS_OF_GATEWAYS)];
    expect(shown.toSorted()).toEqual([...new Set(known)].sort());
  });

  it('shows what each gateway reads, from variables that begin with its name', () => {
    const { banks, providers } = gatewayAdapters(configFrom({}), {
      query: () => Promise.reject(new Error('not asked')),
    });
    const read = [...banks, ...providers].flatMap(([name, { settings }]) =>
      settings ? [[name, settings] as const] : [],
    );
    expect(read.length).toBeGreaterThan(0);
    expect(read.map(([, settings]) => settings)).toEqual(expect.arrayContaining([...SETTINGS_OF_GATEWAYS]));
    for (const [name, settings] of read) {
      const shownGroup = SETTINGS_OF_GATEWAYS.find((group) => group === settings);
      expect(shownGroup?.title).toBe(name);
      const prefix = `${name.toUpperCase().replaceAll('-', '_')}_`;
      expect(variables([shownGroup!]).filter((variable) => !variable.startsWith(prefix))).toEqual([]);
    }
  });
});

describe('the tables of docs/configuration.md', () => {
  it('have no line over 160 characters', () => {
    const lines = settingsTables().split('\n');
    expect(lines.filter((line) => line.length > 160)).toEqual([]);
  });
});

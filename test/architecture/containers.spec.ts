import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { gatewayAdapters } from '../../src/main/adapters.js';
import { configFrom, SETTINGS, SETTINGS_OF_GATEWAYS } from '../../src/main/settings.js';
import { environmentExample, settingsTables } from '../../src/main/settings-documents.js';

interface Service {
  readonly image: string;
  readonly command?: string[];
  readonly ports?: string[];
  readonly environment?: Record<string, string>;
  readonly healthcheck?: object;
  readonly depends_on?: Record<string, { readonly condition: string }>;
  readonly volumes?: string[];
}

/** As it is read where no variable is set. */
const written = readFileSync('docker-compose.yml', 'utf8');
const text = written.replace(/\$\{\w+:-([^}]*)\}/g, '$1');
const compose = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const { services } = compose;
const dockerfile = readFileSync('Dockerfile', 'utf8');
const stages = dockerfile.split(/^FROM /m).slice(1);
const image = stages.at(-1)!;

/** Every variable that the configuration asks for. */
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
      expect('MIGRATION_DATABASE_URL' in environment).toBe(name === 'migrate');
      expect('ADMIN_DATABASE_URL' in environment).toBe(name !== 'worker');
    }
  });
});

describe('the image', () => {
  it('runs as an ordinary user, and its command gets the signals itself', () => {
    expect(image).toMatch(/^USER node$/m);
    expect(image).toMatch(/^CMD \["node", .*"dist\/src\/main\/api\.js"\]$/m);
    expect(image).toMatch(/^HEALTHCHECK /m);
  });

  it('holds no development packages, no sources and no embedded server', () => {
    expect(stages).toHaveLength(3);
    expect(stages[1]).toMatch(/npm ci --omit=dev --omit=optional/);
    const copied = [...image.matchAll(/^COPY (.*)$/gm)].map(([, what]) => what);
    expect(copied).toEqual([
      '--from=packages /app/node_modules ./node_modules',
      '--from=build /app/dist ./dist',
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

describe('.env.example', () => {
  const shown = [...environmentExample().matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name!);

  it('shows every variable, and no other', () => {
    const ofCompose = [...written.matchAll(/\$\{(\w+):-/g)].map(([, name]) => name!);
    const known = [...variables(), ...variables(SETTINGS_OF_GATEWAYS), ...ofCompose];
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

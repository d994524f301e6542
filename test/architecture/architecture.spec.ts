import { describe, expect, it } from '@jest/globals';
import { breachesIn, breachesMarkedIn, cruise, filesBelow } from './rules.js';
import { whyMisplaced } from './shape.js';

/** With far fewer files, imports are no longer followed and the rules see nothing. Raise this as the source grows. */
const FILES_AT_LEAST = 180;
const IMPORTS_AT_LEAST = 800;

const source = cruise('.', 'src', 'migrations');

describe('the rules of the architecture', () => {
  const fixtures = 'test/architecture/fixtures/imports';
  const broken = cruise(fixtures, 'src', 'migrations');

  it('find what breaks them, each marked line of the fixtures, and nothing else', () => {
    expect(breachesIn(broken)).toEqual(breachesMarkedIn(fixtures));
  });

  it('are each broken by a fixture', () => {
    const rules = new Set(broken.summary.ruleSetUsed.forbidden.map(({ name }) => name));
    expect(rules.size).toBeGreaterThan(0);
    expect(new Set(breachesMarkedIn(fixtures).map(({ rule }) => rule))).toEqual(rules);
  });

  it('hold in every file of the source', () => {
    expect(breachesIn(source)).toEqual([]);
  });

  it('look at every file of the source, and from its entry points', () => {
    const seen = source.modules.map(({ source }) => source);
    expect(seen.filter((file) => file.startsWith('src/')).length).toBeGreaterThan(FILES_AT_LEAST);
    expect(seen).toEqual(expect.arrayContaining(filesBelow('src').map((file) => `src/${file}`)));
    expect(seen).toEqual(expect.arrayContaining(['src/main/start.ts', 'src/main/cli.ts']));
    const imports = source.modules.flatMap(({ source, dependencies }) =>
      source.startsWith('src/') ? dependencies : [],
    );
    expect(imports.length).toBeGreaterThan(IMPORTS_AT_LEAST);
  });
});

describe('the folders', () => {
  it('hold every file at its place', () => {
    const misplaced = filesBelow('src').map((file) => [file, whyMisplaced(file)] as const);
    expect(misplaced.filter(([, why]) => why !== null)).toEqual([]);
  });

  it.each([
    'modules/payouts/payouts.public.ts',
    'modules/payouts/payouts.module.ts',
    'modules/payouts/domain/payout.ts',
    'modules/payouts/domain/payout.spec.ts',
    'modules/payouts/http/payouts.controller.ts',
    'modules/payouts/jobs/payouts.processor.ts',
    'platform/database/statements/sql.ts',
    'platform/database/database.public.ts',
    'platform/database/primary-server.module.ts',
    'platform/cache/list-cache.ts',
    'modules/gateways/gateways.language.ts',
    'modules/gateways/gateways.settings.ts',
    'platform/http/http.settings.ts',
    'shared/ids.ts',
    'shared/submissions/recovery.spec.ts',
  ])('have a place for %s', (file) => {
    expect(whyMisplaced(file)).toBeNull();
  });

  it.each([
    'payout.ts',
    'lib/payout.ts',
    'modules/payout.ts',
    'modules/payouts/index.ts',
    'modules/payouts/payout.ts',
    'modules/payouts/ledger.public.ts',
    'modules/payouts/utils/text.ts',
    'modules/payouts/services/payout.ts',
    'modules/payouts/domain/events/completed.ts',
    'modules/payouts/domain/payout.entity.ts',
    'modules/payouts/application/payouts.service.ts',
    'modules/payouts/domain/Payout.ts',
    'modules/payouts/domain/payout_status.ts',
    'modules/payouts/domain/date-utils.ts',
    'platform/common.ts',
    'platform/startup-error.ts',
    'modules/payouts/ledger.language.ts',
    'modules/payouts/ledger.settings.ts',
    'platform/database/statements/helpers.ts',
    'platform/database/hosts.ts',
    'platform/database/lists/pages.ts',
    'platform/database/statements/arrays/binary.ts',
    'platform/cache/redis/store.ts',
    'shared/index.ts',
    'shared/money/rates.ts',
  ])('have none for %s', (file) => {
    expect(whyMisplaced(file)).not.toBeNull();
  });
});
